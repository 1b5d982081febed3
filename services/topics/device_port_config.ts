/** `DevicePortConfig` and nim's persistent `DevicePortConfigList` (`spec/nim.md §5.3, 6`, `spec/zedagent.md §8.8`). */
import { goUUID } from "./go_bytes.ts";
import { goList } from "./go_containers.ts";
import { goBool, goInt, goString, goUint16, goUint32, goUint8 } from "./go_scalars.ts";
import { goStruct, omitEmpty } from "./go_struct.ts";
import { goTimeType } from "./go_time.ts";
import type { GoValue } from "./go_type.ts";
import {
  goDhcpConfig,
  goL2LinkConfig,
  goPNACConfig,
  goPortConfigSource,
  goProxyConfig,
  goWirelessConfig,
} from "./network_port.ts";
import { goTestResults } from "./test_results.ts";

/** One port. `Logicallabel` is its identity, `Cost` 0 is free, `MTU` 0 the default. */
export const goNetworkPortConfig = goStruct({
  IfName: omitEmpty(goString),
  USBAddr: omitEmpty(goString),
  PCIAddr: omitEmpty(goString),
  Phylabel: omitEmpty(goString),
  Logicallabel: omitEmpty(goString),
  SharedLabels: omitEmpty(goList(goString)),
  Alias: omitEmpty(goString),
  AllowLocalModifications: omitEmpty(goBool),
  NetworkUUID: goUUID,
  IsMgmt: omitEmpty(goBool),
  IsL3Port: omitEmpty(goBool),
  InvalidConfig: omitEmpty(goBool),
  Cost: omitEmpty(goUint8),
  MTU: omitEmpty(goUint16),
  ...goDhcpConfig.fields,
  ...goProxyConfig.fields,
  ...goL2LinkConfig.fields,
  WirelessCfg: goWirelessConfig,
  PNAC: goPNACConfig,
  ...goTestResults.fields,
  IgnoreDhcpNtpServers: omitEmpty(goBool),
  IgnoreDhcpIPAddresses: omitEmpty(goBool),
  IgnoreDhcpGateways: omitEmpty(goBool),
  IgnoreDhcpDNSConfig: omitEmpty(goBool),
  ConfigSource: goPortConfigSource,
});
/** See {@linkcode goNetworkPortConfig}. */
export type NetworkPortConfig = GoValue<typeof goNetworkPortConfig>;

/** `Version` 1: `IsMgmt` is meaningful. `State` ({@linkcode DPCState}) and the results are nim's. */
export const goDevicePortConfig = goStruct({
  Version: omitEmpty(goUint32),
  Key: omitEmpty(goString),
  TimePriority: goTimeType,
  State: omitEmpty(goUint8),
  ...goTestResults.fields,
  LastIPAndDNS: goTimeType,
  Ports: omitEmpty(goList(goNetworkPortConfig)),
});
/** See {@linkcode goDevicePortConfig}. */
export type DevicePortConfig = GoValue<typeof goDevicePortConfig>;

/** `CurrentIndex` -1 = nothing selected; entry 0 is the most wanted. Key `global`. */
export const goDevicePortConfigList = goStruct({
  CurrentIndex: omitEmpty(goInt),
  PortConfigList: omitEmpty(goList(goDevicePortConfig)),
});
/** See {@linkcode goDevicePortConfigList}. */
export type DevicePortConfigList = GoValue<typeof goDevicePortConfigList>;
