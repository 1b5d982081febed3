/** What is told of apps, volumes, networks … : statuses of the bus in the form of the device API. */
import { assertEquals } from "@std/assert";
import { info, ZInfoMsg } from "../../../proto/device.ts";
import { fromTimestamp } from "../../../proto/timestamp.ts";
import {
  goAppDiskMetric,
  goAppInstanceStatus,
  goAppInstMetaData,
  goAppNetAdapterStatus,
  goAssignableAdapters,
  goBlobStatus,
  goContentTreeStatus,
  goEdgeviewStatus,
  goKubeClusterUpdateStatus,
  goNetworkInstanceStatus,
  goPatchEnvelopeInfo,
  goVolumeStatus,
  SwState,
} from "../../topics/mod.ts";
import { appInfo } from "./app_info.ts";
import { appMetadataInfo } from "./app_metadata_info.ts";
import { blobInfo } from "./blob_info.ts";
import { contentTreeInfo } from "./content_tree_info.ts";
import { edgeviewInfo } from "./edgeview_info.ts";
import { kubeUpdateInfo } from "./kube_update_info.ts";
import { networkInstanceInfo } from "./network_instance_info.ts";
import type { InfoContent, OtherObjects } from "./object_info.ts";
import { patchEnvelopeInfo } from "./patch_envelope_info.ts";
import { volumeInfo } from "./volume_info.ts";

const id = (digit: number) => `${String(digit).repeat(8)}-0000-4000-8000-000000000000`;
const time = "2026-01-01T00:00:00Z";
const failure = { Error: "no space", ErrorTime: time, ErrorSeverity: 3 };
const alone: OtherObjects = {
  devUUID: "d",
  networkInstance: () => undefined,
  ioBundles: () => [],
  appDisk: () => undefined,
};
const { IoBundleList } = goAssignableAdapters.decode({
  IoBundleList: [
    { Type: 3, Phylabel: "COM1", Logicallabel: "serial", AssignmentGroup: "g1" },
    { Type: 1, Phylabel: "eth1", Logicallabel: "lan", AssignmentGroup: "g1", MacAddr: "02:00:00:00:00:01" },
  ],
});
const bundles = IoBundleList ?? [];

/** As the controller receives it. */
const received = (content: InfoContent | undefined) =>
  ZInfoMsg.decode(ZInfoMsg.encode(content ?? {}).finish());

Deno.test("an app: state, error, adapters, addresses with the network's servers, volumes, snapshots", () => {
  const status = goAppInstanceStatus.make({
    UUIDandVersion: { UUID: id(1), Version: "3" },
    DisplayName: "web",
    Activated: true,
    State: SwState.RUNNING,
    BootTime: time,
    ...failure,
    IoAdapterList: [{ Type: 3, Name: "g1" }],
    AppNetAdapters: [
      goAppNetAdapterStatus.make({
        Name: "eth0",
        Network: id(2),
        VifUsed: "nbu1x1",
        Mac: new Uint8Array([2, 0, 0, 0, 0, 9]),
        AssignedAddresses: { IPv4Addrs: [{ Address: "10.1.0.2" }], IPv6Addrs: [{ Address: "fd00::2" }] },
        IPv4Assigned: true,
      }),
      goAppNetAdapterStatus.make({ Name: "not there yet" }),
    ],
    VolumeRefStatusList: [{ VolumeID: id(3), ActiveFileLocation: "" }],
    SnapStatus: {
      AvailableSnapshots: [{
        Snapshot: { SnapshotID: "s1", SnapshotType: 1 },
        TimeCreated: time,
        ConfigVersion: { UUID: id(1), Version: "2" },
        Error: goAppInstanceStatus.zero(),
      }],
    },
  });
  const network = goNetworkInstanceStatus.make({
    Gateway: "10.1.0.1",
    DnsServers: ["10.1.0.1"],
    NTPServers: ["pool.ntp.org"],
  });
  const { ainfo } = received(appInfo.content(id(1), status, {
    ...alone,
    ioBundles: () => bundles,
    networkInstance: (uuid) => uuid === id(2) ? network : undefined,
  }));
  assertEquals([ainfo?.AppID, ainfo?.appVersion, ainfo?.AppName, ainfo?.state, ainfo?.cluster_app_running], [
    id(1),
    "3",
    "web",
    info.ZSwState.RUNNING,
    true,
  ]);
  assertEquals(fromTimestamp(ainfo?.bootTime), Date.parse(time));
  assertEquals(ainfo?.appErr.map(({ description, severity }) => [description, severity]), [["no space", 3]]);
  const [adapter] = ainfo?.assignedAdapters ?? [];
  assertEquals([adapter?.type, adapter?.name, adapter?.usedByAppUUID, adapter?.members], [3, "g1", id(1), [
    "COM1",
    "eth1",
  ]]);
  assertEquals(adapter?.ioAddressList.map(({ macAddress }) => macAddress), ["02:00:00:00:00:01"]);
  assertEquals(ainfo?.network.length, 1);
  const [vif] = ainfo?.network ?? [];
  assertEquals([vif?.localName, vif?.devName, vif?.macAddr, vif?.IPAddrs, vif?.ipv4_up], [
    "nbu1x1",
    "eth0",
    "02:00:00:00:00:09",
    ["10.1.0.2", "fd00::2"],
    true,
  ]);
  assertEquals([vif?.ntp_servers, vif?.defaultRouters, vif?.dns?.DNSservers], [
    ["pool.ntp.org"],
    ["10.1.0.1"],
    [
      "10.1.0.1",
    ],
  ]);
  assertEquals(ainfo?.volumeRefs, [id(3)]);
  assertEquals(ainfo?.snapshots.map((snapshot) => [snapshot.id, snapshot.type, snapshot.config_version]), [[
    "s1",
    1,
    "2",
  ]]);
});

Deno.test("an app that another node of the cluster reports is not reported; one that is gone has its UUID only", () => {
  const elsewhere = goAppInstanceStatus.make({ NoUploadStatsToController: true });
  assertEquals(appInfo.content(id(1), elsewhere, alone), undefined);
  assertEquals(appInfo.gone(id(1), elsewhere), { ainfo: { AppID: id(1) } });
  const { ainfo } = received(
    appInfo.content(id(1), goAppInstanceStatus.make({ State: SwState.HALTED }), alone),
  );
  assertEquals([ainfo?.state, ainfo?.appErr, ainfo?.network], [info.ZSwState.HALTED, [], []]);
});

Deno.test("a volume: its size once it is known, the state of a new generation before that of the old", () => {
  const status = goVolumeStatus.make({
    DisplayName: "disk",
    GenerationCounter: 2,
    State: SwState.CREATED_VOLUME,
    Progress: 100,
    RefCount: 1,
    CreateTime: time,
    FileLocation: "/persist/vault/v#2.raw",
    ...failure,
  });
  const { vinfo } = received(volumeInfo.content(id(4), status, {
    ...alone,
    appDisk: () => goAppDiskMetric.make({ ProvisionedBytes: 2 ** 40, UsedBytes: 5 }),
  }));
  assertEquals([vinfo?.uuid, vinfo?.displayName, vinfo?.state, vinfo?.progressPercentage], [
    id(4),
    "disk",
    info.ZSwState.CREATED_VOLUME,
    100,
  ]);
  assertEquals([vinfo?.resources?.maxSizeBytes.toNumber(), vinfo?.resources?.curSizeBytes.toNumber()], [
    2 ** 40,
    5,
  ]);
  assertEquals([vinfo?.generation_count.toNumber(), vinfo?.usage?.refCount, vinfo?.volumeErr?.description], [
    2,
    1,
    "no space",
  ]);
  const without = received(volumeInfo.content(id(4), status, alone)).vinfo;
  const absent: unknown[] = [without?.resources, without?.usage?.lastRefcountChangeTime];
  assertEquals(absent, [null, null]);
  assertEquals(volumeInfo.idOf?.(`${id(4)}#7`), id(4));
  assertEquals(volumeInfo.rank?.({ ...status, LocalGenerationCounter: 3 }), 5);
  assertEquals(volumeInfo.gone(id(4), status), { vinfo: { uuid: id(4) } });
});

Deno.test("a content tree and its blobs", () => {
  const { cinfo } = received(contentTreeInfo.content(
    id(5),
    goContentTreeStatus.make({
      DisplayName: "image",
      ContentSha256: "ab",
      State: SwState.LOADED,
      TotalSize: 77,
      Progress: 50,
      CreateTime: time,
      Blobs: ["ab", "cd"],
    }),
    alone,
  ));
  assertEquals(
    [cinfo?.uuid, cinfo?.sha256, cinfo?.state, cinfo?.progressPercentage, cinfo?.componentShaList],
    [
      id(5),
      "ab",
      info.ZSwState.LOADED,
      50,
      ["ab", "cd"],
    ],
  );
  assertEquals([cinfo?.resources?.curSizeBytes.toNumber(), cinfo?.usage?.refCount], [77, 1]);

  const status = goBlobStatus.make({
    Size: 300,
    State: SwState.DOWNLOADING,
    RefCount: 2,
    TotalSize: 300,
    CurrentSize: 100,
  });
  const [blob] = received(blobInfo.content("ab", status, alone)).binfo?.blob ?? [];
  assertEquals([blob?.sha256, blob?.state, blob?.progressPercentage, blob?.usage?.refCount], [
    "ab",
    info.ZSwState.DOWNLOAD_STARTED,
    33,
    2,
  ]);
  assertEquals(blob?.resources?.curSizeBytes.toNumber(), 300);
  assertEquals(blobInfo.gone("ab", status), { binfo: { blob: [{ sha256: "ab" }] } });
});

Deno.test("a network instance: online, in error, waiting; addresses, ports, routes; gone with its version", () => {
  const status = goNetworkInstanceStatus.make({
    UUID: id(2),
    Version: "4",
    DisplayName: "local",
    Type: 2,
    Activated: true,
    BridgeNum: 1,
    BridgeName: "bn1",
    BridgeIPAddr: "10.1.0.1",
    IPAssignments: {
      "02:00:00:00:00:09": { IPv4Addrs: [{ Address: "10.1.0.2" }], IPv6Addrs: null },
    },
    Vifs: [{ Name: "nbu1x1", MacAddr: new Uint8Array([2, 0, 0, 0, 0, 9]), AppID: id(1) }],
    Ports: ["lan", "unknown"],
    CurrentRoutes: [{
      DstNetwork: { IP: "10.2.0.0", Mask: new Uint8Array([255, 255, 0, 0]) },
      Gateway: "192.0.2.1",
      OutputPort: "lan",
      GatewayApp: "00000000-0000-0000-0000-000000000000",
    }],
    MTU: 1500,
  });
  const { niinfo } = received(
    networkInstanceInfo.content(id(2), status, { ...alone, ioBundles: () => bundles }),
  );
  assertEquals([
    niinfo?.networkID,
    niinfo?.networkVersion,
    niinfo?.displayname,
    niinfo?.instType,
    niinfo?.state,
  ], [
    id(2),
    "4",
    "local",
    2,
    info.ZNetworkInstanceState.ZNETINST_STATE_ONLINE,
  ]);
  assertEquals(niinfo?.ipAssignments.map(({ macAddress, ipAddress }) => [macAddress, ipAddress]), [[
    "02:00:00:00:00:09",
    ["10.1.0.2"],
  ]]);
  assertEquals(niinfo?.vifs.map(({ vifName, macAddress, appID }) => [vifName, macAddress, appID]), [[
    "nbu1x1",
    "02:00:00:00:00:09",
    id(1),
  ]]);
  assertEquals(niinfo?.assignedAdapters.map(({ name, type, members }) => [name, type, members]), [["lan", 1, [
    "eth1",
  ]]]);
  const [route] = niinfo?.ip_routes ?? [];
  assertEquals([route?.destination_network, route?.gateway, route?.port, route?.gateway_app], [
    "10.2.0.0/16",
    "192.0.2.1",
    "lan",
    "",
  ]);
  assertEquals([niinfo?.ports, niinfo?.mtu, niinfo?.bridgeIPAddr], [["lan", "unknown"], 1500, "10.1.0.1"]);
  const failed = received(networkInstanceInfo.content(id(2), { ...status, ...failure }, alone)).niinfo;
  assertEquals([failed?.state, failed?.networkErr[0]?.description], [
    info.ZNetworkInstanceState.ZNETINST_STATE_ERROR,
    "no space",
  ]);
  const waiting = received(networkInstanceInfo.content(id(2), { ...status, Activated: false }, alone)).niinfo;
  assertEquals(waiting?.state, info.ZNetworkInstanceState.ZNETINST_STATE_INIT);
  assertEquals(networkInstanceInfo.gone(id(2), status), {
    niinfo: { networkID: id(2), networkVersion: "4" },
  });
});

Deno.test("what apps, remote sessions, patch envelopes and updates of a cluster have for the controller", () => {
  const data = goAppInstMetaData.make({ AppInstUUID: id(1), Type: 2, Data: new Uint8Array([1, 2]) });
  const { amdinfo } = received(appMetadataInfo.content("x", data, alone));
  assertEquals([amdinfo?.uuid, amdinfo?.type, amdinfo?.data], [id(1), 2, new Uint8Array([1, 2])]);
  assertEquals(appMetadataInfo.queueKey?.("x"), "appInstMetadataInfo:x");

  const session = goEdgeviewStatus.make({ ExpireOn: 1_800_000_000, StartedOn: time, CmdCountDev: 3 });
  const { evinfo } = received(edgeviewInfo.content("global", session, alone));
  assertEquals([fromTimestamp(evinfo?.expire_time), fromTimestamp(evinfo?.started_time), evinfo?.count_dev], [
    1_800_000_000_000,
    Date.parse(time),
    3,
  ]);

  const envelope = goPatchEnvelopeInfo.decode({
    Name: "patch",
    PatchID: id(6),
    Version: "1",
    State: 4,
    BinaryBlobs: [{ size: 5 }, { size: 6 }],
    Errors: ["e"],
  });
  const { patchInfo } = received(patchEnvelopeInfo.content("p", envelope, alone));
  assertEquals([patchInfo?.id, patchInfo?.state, patchInfo?.size.toNumber(), patchInfo?.errors], [
    id(6),
    info.EVE_PATCH_ENVELOPE_STATE.PATCH_READY,
    11,
    ["e"],
  ]);
  assertEquals(
    received(patchEnvelopeInfo.content("p", { ...envelope, State: 99 }, alone)).patchInfo?.state,
    0,
  );
  assertEquals(patchEnvelopeInfo.gone("p", envelope), undefined);

  const update = goKubeClusterUpdateStatus.make({ CurrentNode: "n1", Component: 2, Status: 4, ...failure });
  const { cluster_update_info } = received(kubeUpdateInfo.content("global", update, alone));
  assertEquals([
    cluster_update_info?.current_node,
    cluster_update_info?.component,
    cluster_update_info?.status,
  ], [
    "n1",
    info.KubeComp.KUBE_COMP_K3S,
    info.KubeCompUpdateStatus.KUBE_COMP_UPDATE_STATUS_FAILED,
  ]);
  assertEquals(cluster_update_info?.error?.description, "no space");
  assertEquals(kubeUpdateInfo.queueKey?.("global"), "kubeclusterupdatestatus");
});
