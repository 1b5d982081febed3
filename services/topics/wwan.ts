/** The cellular topics `nim/WwanConfig` and `wwan/WwanStatus`, and the modem part of a port (`spec/nim.md §11.2, 12.2`). */
import { goList, goPointer, goSet } from "./go_containers.ts";
import { goIP, goIPNet } from "./go_ip.ts";
import { goBool, goInt, goInt32, goString, goUint16, goUint32, goUint8 } from "./go_scalars.ts";
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

/** One slot, with or without a card in it. `Type`: 0 unknown, 1 physical, 2 eSIM, as in the device API. */
const goWwanSimCard = goStruct({
  Name: goString,
  SlotNumber: goUint8,
  SlotActivated: goBool,
  ICCID: goString,
  IMSI: goString,
  Type: goInt32,
  State: goString,
});

const goWwanProvider = goStruct({
  PLMN: goString,
  Description: goString,
  CurrentServing: goBool,
  Roaming: goBool,
  Forbidden: goBool,
});

/** `Type` as in the device API, `IPType` `""`, `ipv4`, `ipv4v6` or `ipv6`, `ConnectedAt` in Unix seconds. */
const goWwanBearer = goStruct({
  APN: goString,
  Type: goInt32,
  IPType: goString,
  Connected: goBool,
  ConnectionError: goString,
  ConnectedAt: goInt,
});

const goWwanProfile = goStruct({
  Name: goString,
  APN: goString,
  BearerType: goInt32,
  IPType: goString,
  ForbidRoaming: goBool,
});

/** State of one modem as a port carries it. `ConnectedAt` in Unix seconds, 0 while it is not connected. */
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
  SimCards: goSet(goWwanSimCard),
  ConfigError: goString,
  ProbeError: goString,
  CurrentProvider: goWwanProvider,
  VisibleProviders: goSet(goWwanProvider),
  CurrentRATs: goSet(goString),
  ConnectedAt: goInt,
  IPSettings: goStruct({
    Address: goPointer(goIPNet),
    Gateway: goIP,
    DNSServers: goList(goIP),
    MTU: goUint16,
  }),
  LocationTracking: goBool,
  Bearers: goSet(goWwanBearer),
  Profiles: goSet(goWwanProfile),
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
