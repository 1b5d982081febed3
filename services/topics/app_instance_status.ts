/** `zedmanager/AppInstanceStatus`: an app as it runs, as far as our programs read it (`spec/zedagent.md §14.2`, `spec/diag.md §2`). */
import { goErrorAndTime } from "./error_and_time.ts";
import { goBytes, goUUID } from "./go_bytes.ts";
import { goList } from "./go_containers.ts";
import { goIP } from "./go_ip.ts";
import { goBool, goInt32, goString, goUint8 } from "./go_scalars.ts";
import { goStruct } from "./go_struct.ts";
import { goTimeType } from "./go_time.ts";
import type { GoValue } from "./go_type.ts";
import { goUUIDandVersion } from "./uuid_and_version.ts";

const goAssignedAddr = goStruct({ Address: goIP });

/** Addresses of an app's network adapter. */
export const goAssignedAddrs = goStruct({
  IPv4Addrs: goList(goAssignedAddr),
  IPv6Addrs: goList(goAssignedAddr),
});
/** See {@linkcode goAssignedAddrs}. */
export type AssignedAddrs = GoValue<typeof goAssignedAddrs>;

/** `VifUsed`: the interface on the device's side, empty before there is one; `Network`: UUID of the network instance. */
export const goAppNetAdapterStatus = goStruct({
  Name: goString,
  Network: goUUID,
  VifUsed: goString,
  Mac: goBytes,
  AssignedAddresses: goAssignedAddrs,
  IPv4Assigned: goBool,
  IPAddrMisMatch: goBool,
});
/** See {@linkcode goAppNetAdapterStatus}. */
export type AppNetAdapterStatus = GoValue<typeof goAppNetAdapterStatus>;

const goSnapshotInstanceStatus = goStruct({
  Snapshot: goStruct({ SnapshotID: goString, SnapshotType: goInt32 }),
  TimeCreated: goTimeType,
  ConfigVersion: goUUIDandVersion,
  Error: goErrorAndTime,
});
/** A snapshot that can be gone back to. */
export type SnapshotInstanceStatus = GoValue<typeof goSnapshotInstanceStatus>;

/** Key: app UUID. `State`: `SwState`; `Inprogress` 0: no restart, no purge. */
export const goAppInstanceStatus = goStruct({
  UUIDandVersion: goUUIDandVersion,
  DisplayName: goString,
  Activated: goBool,
  VolumeRefStatusList: goList(goStruct({ VolumeID: goUUID, ActiveFileLocation: goString })),
  AppNetAdapters: goList(goAppNetAdapterStatus),
  BootTime: goTimeType,
  IoAdapterList: goList(goStruct({ Type: goUint8, Name: goString })),
  State: goUint8,
  RestartInprogress: goUint8,
  RestartStartedAt: goTimeType,
  PurgeInprogress: goUint8,
  PurgeStartedAt: goTimeType,
  ...goErrorAndTime.fields,
  SnapStatus: goStruct({ AvailableSnapshots: goList(goSnapshotInstanceStatus) }),
  /** Set in a cluster while another node reports the app. */
  NoUploadStatsToController: goBool,
});
/** See {@linkcode goAppInstanceStatus}. */
export type AppInstanceStatus = GoValue<typeof goAppInstanceStatus>;
