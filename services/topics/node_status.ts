/** What nodeagent, baseosmgr and zedkube report to zedagent and diag (`spec/zedagent.md §2, 11`, `spec/diag.md §2`). */
import { goUint8List } from "./go_bytes.ts";
import { goBool, goDuration, goString, goUint32, goUint8 } from "./go_scalars.ts";
import { goStruct } from "./go_struct.ts";
import { goTimeType } from "./go_time.ts";
import type { GoValue } from "./go_type.ts";

/** Key `nodeagent`. `BootReason`: {@linkcode BootReason}; `RemainingTestTime` in nanoseconds. */
export const goNodeAgentStatus = goStruct({
  Name: goString,
  CurPart: goString,
  UpdateInprogress: goBool,
  RemainingTestTime: goDuration,
  DeviceReboot: goBool,
  DeviceShutdown: goBool,
  DevicePoweroff: goBool,
  AllDomainsHalted: goBool,
  RebootReason: goString,
  BootReason: goUint8,
  RebootStack: goString,
  RebootTime: goTimeType,
  RestartCounter: goUint32,
  RebootImage: goString,
  LocalMaintenanceMode: goBool,
  LocalMaintenanceModeReasons: goUint8List,
  HVTypeKube: goBool,
  WaitDrainInProgress: goBool,
});
/** See {@linkcode goNodeAgentStatus}. */
export type NodeAgentStatus = GoValue<typeof goNodeAgentStatus>;

/** Keys `IMGA`, `IMGB`. */
export const goZbootStatus = goStruct({
  PartitionLabel: goString,
  PartitionDevname: goString,
  PartitionState: goString,
  ShortVersion: goString,
  LongVersion: goString,
  CurrentPartition: goBool,
  TestComplete: goBool,
});
/** See {@linkcode goZbootStatus}. */
export type ZbootStatus = GoValue<typeof goZbootStatus>;

/** Key `global`. Only what diag reads; numbers in `spec/diag.md §2.2`. */
export const goNodeDrainStatus = goStruct({ Status: goUint8 });
/** See {@linkcode goNodeDrainStatus}. */
export type NodeDrainStatus = GoValue<typeof goNodeDrainStatus>;
