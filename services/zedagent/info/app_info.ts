/** `ZInfoApp`: an app instance, from zedmanager's status (`spec/zedagent.md §14.2`). Pure. */
import { info } from "../../../proto/device.ts";
import {
  type AppInstanceStatus,
  type AppNetAdapterStatus,
  type SnapshotInstanceStatus,
  topics,
} from "../../topics/mod.ts";
import { eventItemTypes } from "../deferred/event_queue.ts";
import { zSwState } from "../local_profile/app_state.ts";
import { errorInfo, timeField } from "./error_info.ts";
import { assignedAdapter, bundlesNamed } from "./io_bundle_info.ts";
import type { ObjectInfo, OtherObjects } from "./object_info.ts";
import { macText } from "./port_extras.ts";

/** Key: app UUID. In a cluster only the node that runs an app reports it. */
export const appInfo: ObjectInfo<AppInstanceStatus> = {
  itemType: eventItemTypes.appInfo,
  ztype: info.ZInfoTypes.ZiApp,
  topic: topics.zedmanager.AppInstanceStatus,
  dependsOn: ["NetworkInstanceStatus", "AssignableAdapters"],
  content: (id, status, others) =>
    status.NoUploadStatsToController ? undefined : { ainfo: zInfoApp(id, status, others) },
  gone: (AppID) => ({ ainfo: { AppID } }),
};

function zInfoApp(AppID: string, status: AppInstanceStatus, others: OtherObjects): info.IZInfoApp {
  const error = errorInfo(status);
  const bundles = others.ioBundles();
  return {
    AppID,
    appVersion: status.UUIDandVersion.Version,
    AppName: status.DisplayName,
    state: zSwState(status.State),
    appErr: error === undefined ? [] : [error],
    ...timeField("bootTime", status.BootTime),
    assignedAdapters: (status.IoAdapterList ?? []).map(({ Type, Name }) =>
      assignedAdapter(Type, Name, AppID, bundlesNamed(bundles, Name))
    ),
    network: (status.AppNetAdapters ?? []).filter(({ VifUsed }) => VifUsed !== "")
      .map((adapter) => zInfoNetwork(adapter, others)),
    volumeRefs: (status.VolumeRefStatusList ?? []).map(({ VolumeID }) => VolumeID),
    snapshots: (status.SnapStatus.AvailableSnapshots ?? []).map(zInfoSnapshot),
    cluster_app_running: status.Activated,
  };
}

function zInfoNetwork(adapter: AppNetAdapterStatus, others: OtherObjects): info.IZInfoNetwork {
  const { IPv4Addrs, IPv6Addrs } = adapter.AssignedAddresses;
  const network = others.networkInstance(adapter.Network);
  return {
    localName: adapter.VifUsed,
    devName: adapter.Name,
    macAddr: macText(adapter.Mac),
    IPAddrs: [...IPv4Addrs ?? [], ...IPv6Addrs ?? []].map(({ Address }) => Address),
    ipv4_up: adapter.IPv4Assigned,
    ip_addr_mis_match: adapter.IPAddrMisMatch,
    ...(network === undefined ? {} : {
      ntp_servers: network.NTPServers ?? [],
      defaultRouters: network.Gateway === "" ? [] : [network.Gateway],
      dns: { DNSservers: network.DnsServers ?? [] },
    }),
  };
}

function zInfoSnapshot(snapshot: SnapshotInstanceStatus): info.IZInfoSnapshot {
  const snap_err = errorInfo(snapshot.Error);
  return {
    id: snapshot.Snapshot.SnapshotID,
    type: snapshot.Snapshot.SnapshotType,
    config_id: snapshot.ConfigVersion.UUID,
    config_version: snapshot.ConfigVersion.Version,
    ...timeField("create_time", snapshot.TimeCreated),
    ...(snap_err === undefined ? {} : { snap_err }),
  };
}
