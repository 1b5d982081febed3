/** `zedagent/PhysicalIOAdapterList` and `domainmgr/AssignableAdapters`: the device's I/O (`spec/zedagent.md §8.1`). */
import { goUUID } from "./go_bytes.ts";
import { goList, goMap, goPointer } from "./go_containers.ts";
import { goBool, goInt32, goString, goUint16, goUint8 } from "./go_scalars.ts";
import { goStruct, omitEmpty } from "./go_struct.ts";
import type { GoValue } from "./go_type.ts";

/** A virtual function of a network card (SR-IOV). */
export const goEthVF = goStruct({
  Index: omitEmpty(goUint8),
  PciLong: omitEmpty(goString),
  Mac: omitEmpty(goString),
  VlanID: omitEmpty(goUint16),
});

const goPhysicalIOAdapter = goStruct({
  Ptype: goInt32,
  Phylabel: goString,
  Phyaddr: goStruct({
    PciLong: goString,
    Ifname: goString,
    Serial: goString,
    Irq: goString,
    Ioports: goString,
    UsbAddr: goString,
    UsbProduct: goString,
    UnknownType: goString,
  }),
  Logicallabel: goString,
  Assigngrp: goString,
  Parentassigngrp: goString,
  Usage: goInt32,
  UsagePolicy: goStruct({ FreeUplink: goBool }),
  Vfs: goStruct({ Count: omitEmpty(goUint8), Data: omitEmpty(goList(goEthVF)) }),
  Cbattr: goPointer(goMap(goString)),
});
/** One adapter. `Ptype`: 1 Ethernet, 5 WLAN, 6 WWAN, 11 Ethernet PF are networks. */
export type PhysicalIOAdapter = GoValue<typeof goPhysicalIOAdapter>;

/** Key `zedagent`. domainmgr waits for it. */
export const goPhysicalIOAdapterList = goStruct({
  Initialized: goBool,
  AdapterList: goList(goPhysicalIOAdapter),
});
/** See {@linkcode goPhysicalIOAdapterList}. */
export type PhysicalIOAdapterList = GoValue<typeof goPhysicalIOAdapterList>;

const goIoBundle = goStruct({
  Type: goUint8,
  Phylabel: goString,
  Logicallabel: goString,
  AssignmentGroup: goString,
  Usage: goInt32,
  Ifname: goString,
  UsbAddr: goString,
  UsbProduct: goString,
  PciLong: goString,
  UsedByUUID: goUUID,
  MacAddr: goString,
  IsPCIBack: goBool,
});
/** One adapter of the device. `Type`: as `Ptype` of a {@linkcode PhysicalIOAdapter}. */
export type IoBundle = GoValue<typeof goIoBundle>;

/** Only what nim and zedagent read (`spec/nim.md §2.1`). Key `global`. */
export const goAssignableAdapters = goStruct({
  Initialized: goBool,
  IoBundleList: goList(goIoBundle),
});
/** See {@linkcode goAssignableAdapters}. */
export type AssignableAdapters = GoValue<typeof goAssignableAdapters>;
