/** Metrics of apps, volumes and networks: topics of the bus in the form of the device API, and on their way to a real controller. */
import { assertEquals } from "@std/assert";
import { ZMetricMsg } from "../../../proto/device.ts";
import { fromTimestamp } from "../../../proto/timestamp.ts";
import { until } from "../../agent/test_device.ts";
import {
  appDiskKey,
  goAppContainerMetrics,
  goAppDiskMetric,
  goAppInstanceStatus,
  goAppNetAdapterStatus,
  goCipherMetrics,
  goDomainMetric,
  goNetworkInstanceMetrics,
  goPatchEnvelopeUsage,
  goTime,
  goVolumeStatus,
  goWwanMetrics,
  nilUUID,
  topics,
  zeroTime,
} from "../../topics/mod.ts";
import { openTestAccess, testReport } from "../info/testdata/test_access.ts";
import { appMetrics, type AppMetricsInputs } from "./app_metrics.ts";
import { cellularMetrics } from "./cellular_metrics.ts";
import { cipherMetrics } from "./cipher_metrics.ts";
import { startMetrics } from "./metrics_task.ts";
import { networkCounters } from "./network_counters.ts";
import { networkInstanceMetrics } from "./network_instance_metrics.ts";
import type { ObjectMetricsInputs } from "./object_metrics.ts";
import { noObjectMetrics } from "./testdata/no_object_metrics.ts";
import { volumeMetrics } from "./volume_metrics.ts";

const now = Date.UTC(2026, 0, 1, 12);
const id = (digit: number) => `${String(digit).repeat(8)}-0000-4000-8000-000000000000`;
const inputs: AppMetricsInputs = {
  objects: noObjectMetrics,
  counters: new Map(),
  now,
  collected: new Map(),
};

/** As the controller receives it. */
const received = (fields: Parameters<typeof ZMetricMsg.encode>[0]) =>
  ZMetricMsg.decode(ZMetricMsg.encode(fields).finish());
const objects = (some: Partial<ObjectMetricsInputs>): ObjectMetricsInputs => ({
  ...noObjectMetrics,
  ...some,
});

const app = goAppInstanceStatus.make({
  UUIDandVersion: { UUID: id(1), Version: "3" },
  DisplayName: "web",
  Activated: true,
  BootTime: goTime(now - 5_000),
  AppNetAdapters: [
    goAppNetAdapterStatus.make({ Name: "eth0", VifUsed: "nbu1x1" }),
    goAppNetAdapterStatus.make({ Name: "eth1", VifUsed: "bu2x1" }),
    goAppNetAdapterStatus.make({ Name: "eth2", VifUsed: "nobody-counts" }),
    goAppNetAdapterStatus.make({ Name: "not there yet" }),
  ],
  VolumeRefStatusList: [
    { VolumeID: id(3), ActiveFileLocation: "/v" },
    { VolumeID: id(4), ActiveFileLocation: "" },
  ],
});

Deno.test("an app: time, CPU, memory, traffic from its own side, disks in MB, patch envelopes", () => {
  const counters = networkCounters({
    MetricList: [
      { IfName: "nbu1x1", TxBytes: 1, RxBytes: 2 },
      { IfName: "bu2x1", TxBytes: 3, RxBytes: 4, TxAclDrops: 5 },
    ],
  });
  const { am } = received({
    am: appMetrics({
      ...inputs,
      counters,
      objects: objects({
        apps: [app],
        domain: () =>
          goDomainMetric.make({
            CPUTotalNs: 2_500_000_000,
            AllocatedMB: 512,
            UsedMemory: 100,
            AvailableMemory: 400,
            UsedMemoryPercent: 20,
          }),
        disk: (path) =>
          path === "/v"
            ? goAppDiskMetric.make({
              ProvisionedBytes: 10 * 2 ** 20,
              UsedBytes: 2.6 * 2 ** 20,
              DiskType: "qcow2",
            })
            : undefined,
        patchUsages: [
          goPatchEnvelopeUsage.make({ AppUUID: id(1), PatchID: id(6), PatchAPICallCount: 2 }),
          goPatchEnvelopeUsage.make({ AppUUID: id(2) }),
        ],
      }),
    }),
  });
  assertEquals(am.length, 1);
  const [metric] = am;
  assertEquals([metric?.AppID, metric?.AppName, metric?.appVersion], [id(1), "web", "3"]);
  assertEquals([
    fromTimestamp(metric?.cpu?.upTime),
    metric?.cpu?.total.toNumber(),
    metric?.cpu?.total_ns.toNumber(),
  ], [
    5_000,
    2,
    2_500_000_000,
  ]);
  assertEquals([metric?.appMemory?.allocatedMB, metric?.appMemory?.usedMB, metric?.memory?.availPercentage], [
    512,
    100,
    80,
  ]);
  assertEquals(
    metric?.network.map(({ iName, txBytes, rxBytes }) => [iName, txBytes.toNumber(), rxBytes.toNumber()]),
    [
      ["eth0", 1, 2],
      ["eth1", 4, 3],
    ],
  );
  assertEquals(metric?.network[1]?.rxAclDrops.toNumber(), 5);
  assertEquals(
    metric?.disk.map(({ disk, provisioned, used, diskType }) => [
      disk,
      provisioned.toNumber(),
      used.toNumber(),
      diskType,
    ]),
    [["/v", 10, 3, "qcow2"]],
  );
  assertEquals(metric?.patch_envelope.map((usage) => [usage.uuid, usage.patch_api_call_count.toNumber()]), [[
    id(6),
    2,
  ]]);
});

Deno.test("an app that runs elsewhere in the cluster is left out; one of which nobody tells has its names", () => {
  const elsewhere = { ...app, NoUploadStatsToController: true };
  const halted = goAppInstanceStatus.make({ DisplayName: "halted", BootTime: goTime(now) });
  const { am } = received({ am: appMetrics({ ...inputs, objects: objects({ apps: [elsewhere, halted] }) }) });
  assertEquals(am.map(({ AppName }) => AppName), ["halted"]);
  const absent: unknown[] = [am[0]?.cpu?.upTime, am[0]?.memory, am[0]?.appMemory];
  assertEquals(absent, [null, null, null]);
});

Deno.test("containers that were not asked since the last message have their name only", () => {
  const containers = goAppContainerMetrics.make({
    CollectTime: goTime(now - 1_000),
    StatsList: goAppContainerMetrics.decode({
      StatsList: [{
        ContainerName: "module",
        Status: "running",
        Uptime: 7_000_000_000,
        CPUTotal: 3_000_000_000,
        UsedMem: 9,
        TxBytes: 11,
      }],
    }).StatsList,
  });
  const sent = (told: string | undefined) =>
    received({
      am: appMetrics({
        ...inputs,
        collected: new Map(told === undefined ? [] : [[app.UUIDandVersion.UUID, told]]),
        objects: objects({ apps: [app], containers: () => containers }),
      }),
    }).am[0]?.container[0];
  // One from the future: the clock was set back since.
  for (const told of [undefined, zeroTime, goTime(now - 60_000), goTime(now + 3_600_000)]) {
    const container = sent(told);
    assertEquals([container?.appContainerName, container?.status, container?.appContainerMemory?.usedMB], [
      "module",
      "running",
      9,
    ]);
    assertEquals([fromTimestamp(container?.cpu?.upTime), container?.cpu?.total.toNumber()], [7_000, 3]);
    assertEquals(container?.network?.txBytes.toNumber(), 11);
  }
  const old = sent(containers.CollectTime);
  const cpu: unknown = old?.cpu;
  assertEquals([old?.appContainerName, old?.status, cpu], ["module", "", null]);
});

Deno.test("volumes in bytes; a network instance with the drops of all kinds, its probes and its VLANs", () => {
  const { vm, nm } = received({
    vm: volumeMetrics(objects({
      volumes: [
        goVolumeStatus.make({ VolumeID: id(3), DisplayName: "disk", FileLocation: "/v" }),
        goVolumeStatus.make({ VolumeID: id(4) }),
      ],
      disk: () => goAppDiskMetric.make({ ProvisionedBytes: 10, UsedBytes: 4 }),
    })),
    nm: networkInstanceMetrics(objects({
      networkInstances: [goNetworkInstanceMetrics.decode({
        UUIDandVersion: { UUID: id(2), Version: "1" },
        DisplayName: "local",
        Type: 2,
        NetworkMetrics: {
          MetricList: [{
            IfName: "bn1",
            RxBytes: 5,
            RxDrops: 1,
            RxAclDrops: 2,
            RxAclRateLimitDrops: 3,
            TxPkts: 6,
          }],
        },
        ProbeMetrics: [{
          DstNetwork: "0.0.0.0/0",
          SelectedPort: "lan",
          RemoteEndpoints: ["a", "b"],
          IntfProbeStats: [{
            IntfName: "eth0",
            NexthopIPs: ["192.0.2.1"],
            RemoteUP: true,
            LatencyToRemote: 12,
          }],
        }],
        VlanMetrics: { NumTrunkPorts: 1, VlanCounts: { "100": 2 } },
      })],
    })),
  });
  assertEquals(vm.map(({ uuid, freeBytes }) => [uuid, freeBytes.toNumber()]), [[id(3), 6], [id(4), 0]]);
  const [network] = nm;
  assertEquals([network?.networkID, network?.displayname, network?.instType], [id(2), "local", 2]);
  assertEquals([
    network?.networkStats?.rx?.totalBytes.toNumber(),
    network?.networkStats?.rx?.drops.toNumber(),
    network?.networkStats?.tx?.totalPackets.toNumber(),
  ], [5, 6, 6]);
  const [probe] = network?.probe_metrics ?? [];
  assertEquals([probe?.dst_network, probe?.current_port, probe?.remoteEndpoint], [
    "0.0.0.0/0",
    "lan",
    "a, b",
  ]);
  assertEquals(
    probe?.intfMetric.map((stats) => [stats.intfName, stats.remoteHostUP, stats.remoteProbeLatency]),
    [[
      "eth0",
      true,
      12,
    ]],
  );
  assertEquals([network?.vlan_info?.num_trunk_ports, network?.vlan_info?.vlan_counts], [1, { "100": 2 }]);
  const [silent] =
    received({ nm: networkInstanceMetrics(objects({ networkInstances: [goNetworkInstanceMetrics.zero()] })) })
      .nm;
  const stats: unknown = silent?.networkStats;
  assertEquals(stats, null);
});

Deno.test("decryption by agent, with the kinds of failure that happened; modems that the configuration names", () => {
  const counted = goCipherMetrics.make({
    FailureCount: 1,
    SuccessCount: 2,
    LastFailure: zeroTime,
    LastSuccess: goTime(now),
    TypeCounters: [0, 0, 1],
  });
  const modem = goWwanMetrics.decode({
    Networks: [
      { LogicalLabel: "wwan", SignalInfo: { RSSI: -70 }, PacketStats: { RxBytes: 9, TxDrops: 1 } },
      { LogicalLabel: "" },
    ],
  });
  const some = objects({ cipher: new Map([["nim", counted]]), wwan: modem });
  const { dm } = received({ dm: { cipher: cipherMetrics(some), cellular: cellularMetrics(some.wwan) } });
  const [agent] = dm?.cipher ?? [];
  const lastFailure: unknown = agent?.last_failure;
  assertEquals([
    agent?.agent_name,
    agent?.success_count.toNumber(),
    fromTimestamp(agent?.last_success),
    lastFailure,
  ], [
    "nim",
    2,
    now,
    null,
  ]);
  assertEquals(agent?.tc.map(({ error_code, count }) => [error_code, count.toNumber()]), [[2, 1]]);
  assertEquals(
    dm?.cellular.map(({ logicallabel, signal_strength }) => [logicallabel, signal_strength?.rssi]),
    [[
      "wwan",
      -70,
    ]],
  );
  assertEquals(dm?.cellular[0]?.packet_stats?.tx?.drops.toNumber(), 1);
});

Deno.test("a message tells of what other agents have published, at the time the hypervisor was asked", async () => {
  await using site = await openTestAccess();
  const { zedmanager, volumemgr, zedrouter, domainmgr, downloader, wwan } = topics;
  const { others } = site;
  const heard = site.device.clock.now() - 3_000;
  others.publication(zedmanager.AppInstanceStatus).publish(id(1), app);
  others.publication(volumemgr.VolumeStatus).publish(
    `${id(3)}#0`,
    goVolumeStatus.make({ FileLocation: "/a/v" }),
  );
  others.publication(volumemgr.AppDiskMetric).publish(
    appDiskKey("/a/v"),
    goAppDiskMetric.make({ ProvisionedBytes: 9 }),
  );
  others.publication(zedrouter.NetworkInstanceMetrics).publish(id(2), goNetworkInstanceMetrics.zero());
  const domains = others.publication(domainmgr.DomainMetric);
  domains.publish(nilUUID, goDomainMetric.make({ LastHeard: goTime(heard) }));
  domains.publish(id(1), goDomainMetric.make({ AllocatedMB: 256 }));
  others.publication(downloader.CipherMetrics).publish("global", goCipherMetrics.make({ SuccessCount: 1 }));
  others.publication(wwan.WwanMetrics).publish(
    "global",
    goWwanMetrics.decode({ Networks: [{ LogicalLabel: "wwan" }] }),
  );
  const task = startMetrics(site.access, { report: testReport() });
  const sent = () =>
    site.controller.requests.filter(({ endpoint, status }) => endpoint === "metrics" && status === 201)
      .map(({ payload }) => ZMetricMsg.decode(payload ?? new Uint8Array()));
  const isComplete = (message: ZMetricMsg | undefined) =>
    message?.vm[0]?.totalBytes.toNumber() === 9 && message.am[0]?.appMemory?.allocatedMB === 256 &&
    message.nm.length === 1 && message.dm?.cipher.length === 1 && message.dm.cellular.length === 1;
  await until("a complete message", () => {
    if (isComplete(sent().at(-1))) return true;
    // A slower pace is announced at once.
    site.setItem("timer.metric.interval", 1000 + sent().length);
    task.intervalChanged();
    return false;
  });
  const message = sent().at(-1);
  assertEquals(fromTimestamp(message?.atTimeStamp), heard);
  assertEquals(message?.am.map(({ AppID, appMemory }) => [AppID, appMemory?.allocatedMB]), [[id(1), 256]]);
  assertEquals([message?.vm[0]?.uuid, message?.nm.length], [nilUUID, 1]);
  assertEquals(message?.dm?.cipher.map(({ agent_name }) => agent_name), ["downloader"]);
  assertEquals(message?.dm?.cellular.map(({ logicallabel }) => logicallabel), ["wwan"]);
});
