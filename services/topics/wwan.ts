/** The cellular topics `nim/WwanConfig` and `wwan/WwanStatus`, and the modem part of a port (`spec/nim.md §11.2, 12.2`). */
import { goList, goPointer, goSet } from "./go_containers.ts";
import { goIP, goIPNet } from "./go_ip.ts";
import { goRaw } from "./go_raw.ts";
import { goBool, goInt, goString, goUint16, goUint32 } from "./go_scalars.ts";
import { goStruct } from "./go_struct.ts";
import { goTimeType } from "./go_time.ts";
import type { GoValue } from "./go_type.ts";
import { goCellularAccessPoint, goCellularProbe, goProxyEntry } from "./network_port.ts";

/** How a modem is found: USB and PCI address are preferred over the interface name. */
export const goWwanPhysAddrs = goStruct({ Interface: goString, USB: goString, PCI: goString, Dev: goString });

/** One modem as nim wants it. `MTU` 0 the default; `RouteMetric` unique among all ports. */
export const goWwanNetworkConfig = goStruct({
  LogicalLabel: goString,
  PhysAddrs: goWwanPhysAddrs,
  AccessPoint: goCellularAccessPoint,
  Proxies: goList(goProxyEntry),
  Probe: goCellularProbe,
  LocationTracking: goBool,
  MTU: goUint16,
  RouteMetric: goUint32,
});

/** See {@linkcode goWwanNetworkConfig}. */
export type WwanNetworkConfig = GoValue<typeof goWwanNetworkConfig>;

/** Key `global`. Without a network `Networks` is `[]`. The order of networks does not count. */
export const goWwanConfig = goStruct({
  DPCKey: goString,
  DPCTimestamp: goTimeType,
  RSConfigTimestamp: goTimeType,
  RadioSilence: goBool,
  Networks: goSet(goWwanNetworkConfig),
});
/** See {@linkcode goWwanConfig}. */
export type WwanConfig = GoValue<typeof goWwanConfig>;

/** `Module.OpMode` of a modem whose radio is switched off (`spec/nim.md §11.1`). */
export const WWAN_RADIO_OFF = "radio-off";

/** State of one modem as a port carries it; lists that nobody here reads are relayed as they are. */
export const goWwanNetworkStatus = goStruct({
  LogicalLabel: goString,
  PhysAddrs: goWwanPhysAddrs,
  Module: goStruct({
    Name: goString,
    IMEI: goString,
    Model: goString,
    Manufacturer: goString,
    Revision: goString,
    ControlProtocol: goString,
    OpMode: goString,
  }),
  SimCards: goRaw,
  ConfigError: goString,
  ProbeError: goString,
  CurrentProvider: goStruct({
    PLMN: goString,
    Description: goString,
    CurrentServing: goBool,
    Roaming: goBool,
    Forbidden: goBool,
  }),
  VisibleProviders: goRaw,
  CurrentRATs: goList(goString),
  ConnectedAt: goInt,
  IPSettings: goStruct({
    Address: goPointer(goIPNet),
    Gateway: goIP,
    DNSServers: goList(goIP),
    MTU: goUint16,
  }),
  LocationTracking: goBool,
  Bearers: goRaw,
  Profiles: goRaw,
});
/** See {@linkcode goWwanNetworkStatus}. */
export type WwanNetworkStatus = GoValue<typeof goWwanNetworkStatus>;

/** Key `global`. Only what nim compares and relays; ignored unless it answers the current DPC (`spec/nim.md §11.2`). */
export const goWwanStatus = goStruct({
  DPCKey: goString,
  DPCTimestamp: goTimeType,
  RSConfigTimestamp: goTimeType,
  Networks: goSet(goWwanNetworkStatus),
});
/** See {@linkcode goWwanStatus}. */
export type WwanStatus = GoValue<typeof goWwanStatus>;
