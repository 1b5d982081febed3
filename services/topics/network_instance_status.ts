/** What zedrouter reports of network instances (`spec/zedagent.md §14.2, 15`). Only what is read. */
import { goAssignedAddrs } from "./app_instance_status.ts";
import { goErrorAndTime } from "./error_and_time.ts";
import { goBytes, goUUID } from "./go_bytes.ts";
import { goList, goMap, goPointer } from "./go_containers.ts";
import { goIP, goIPNet } from "./go_ip.ts";
import { goRaw } from "./go_raw.ts";
import { goBool, goInt, goInt32, goString, goUint } from "./go_scalars.ts";
import { goStruct } from "./go_struct.ts";
import type { GoValue } from "./go_type.ts";
import { goUUIDandVersion } from "./uuid_and_version.ts";

/** A route in force. `OutputPort`: logical label, empty where `GatewayApp` is the gateway. */
const goIPRouteInfo = goStruct({
  DstNetwork: goPointer(goIPNet),
  Gateway: goIP,
  OutputPort: goString,
  GatewayApp: goUUID,
});
/** See {@linkcode goIPRouteInfo}. */
export type IPRouteInfo = GoValue<typeof goIPRouteInfo>;

/** Key: UUID. `Ports`: logical labels of the ports it uses; `IPAssignments`: by MAC address. */
export const goNetworkInstanceStatus = goStruct({
  ...goUUIDandVersion.fields,
  DisplayName: goString,
  Type: goInt32,
  Gateway: goIP,
  DnsServers: goList(goIP),
  Activated: goBool,
  BridgeNum: goInt,
  BridgeName: goString,
  BridgeIPAddr: goString,
  IPAssignments: goMap(goAssignedAddrs),
  Vifs: goList(goStruct({ Name: goString, MacAddr: goBytes, AppID: goUUID })),
  Ports: goList(goString),
  NTPServers: goList(goString),
  CurrentRoutes: goList(goIPRouteInfo),
  MTU: goUint,
  ...goErrorAndTime.fields,
});
/** See {@linkcode goNetworkInstanceStatus}. */
export type NetworkInstanceStatus = GoValue<typeof goNetworkInstanceStatus>;

const goIntfProbeStats = goStruct({
  IntfName: goString,
  NexthopIPs: goList(goIP),
  NexthopUP: goBool,
  RemoteUP: goBool,
  NexthopUPCnt: goUint,
  NexthopDownCnt: goUint,
  RemoteUPCnt: goUint,
  RemoteDownCnt: goUint,
  LatencyToRemote: goUint,
});

/** Key: UUID. `NetworkMetrics` as in `zedrouter/NetworkMetrics`, its first entry is the bridge's. */
export const goNetworkInstanceMetrics = goStruct({
  UUIDandVersion: goUUIDandVersion,
  DisplayName: goString,
  Type: goInt32,
  NetworkMetrics: goStruct({ MetricList: goList(goRaw) }),
  ProbeMetrics: goList(goStruct({
    DstNetwork: goString,
    SelectedPort: goString,
    SelectedPortIfName: goString,
    RemoteEndpoints: goList(goString),
    LocalPingIntvl: goUint,
    RemotePingIntvl: goUint,
    PortCount: goUint,
    IntfProbeStats: goList(goIntfProbeStats),
  })),
  VlanMetrics: goStruct({ NumTrunkPorts: goUint, VlanCounts: goMap(goUint) }),
});
/** See {@linkcode goNetworkInstanceMetrics}. */
export type NetworkInstanceMetrics = GoValue<typeof goNetworkInstanceMetrics>;
