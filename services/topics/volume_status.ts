/** What volumemgr reports: volumes, content trees, their blobs, and what they take on disk (`spec/zedagent.md §14.2`). Only what is read. */
import { goErrorAndTime } from "./error_and_time.ts";
import { goUUID } from "./go_bytes.ts";
import { goList } from "./go_containers.ts";
import { goBool, goInt, goString, goUint, goUint8 } from "./go_scalars.ts";
import { goStruct } from "./go_struct.ts";
import { goTimeType } from "./go_time.ts";
import type { GoValue } from "./go_type.ts";

/** Key: `<VolumeID>#<generation + local generation>`. `State`: `SwState`; `Progress` in percent. */
export const goVolumeStatus = goStruct({
  VolumeID: goUUID,
  GenerationCounter: goInt,
  LocalGenerationCounter: goInt,
  DisplayName: goString,
  State: goUint8,
  RefCount: goUint,
  LastRefCountChangeTime: goTimeType,
  Progress: goUint,
  /** Empty before there is a file. */
  FileLocation: goString,
  CreateTime: goTimeType,
  ...goErrorAndTime.fields,
});
/** See {@linkcode goVolumeStatus}. */
export type VolumeStatus = GoValue<typeof goVolumeStatus>;

/** Key: `ContentID`. `TotalSize` in bytes; `Blobs`: their sha256, the root first. */
export const goContentTreeStatus = goStruct({
  ContentID: goUUID,
  ContentSha256: goString,
  GenerationCounter: goInt,
  DisplayName: goString,
  State: goUint8,
  CreateTime: goTimeType,
  TotalSize: goInt,
  Progress: goUint,
  Blobs: goList(goString),
  ...goErrorAndTime.fields,
});
/** See {@linkcode goContentTreeStatus}. */
export type ContentTreeStatus = GoValue<typeof goContentTreeStatus>;

/** Key: `Sha256`. Sizes in bytes; `TotalSize` and `CurrentSize` as the downloader tells them. */
export const goBlobStatus = goStruct({
  Sha256: goString,
  Size: goUint,
  State: goUint8,
  RefCount: goUint,
  LastRefCountChangeTime: goTimeType,
  CreateTime: goTimeType,
  TotalSize: goInt,
  CurrentSize: goInt,
  ...goErrorAndTime.fields,
});
/** See {@linkcode goBlobStatus}. */
export type BlobStatus = GoValue<typeof goBlobStatus>;

/** Key: {@linkcode appDiskKey}. */
export const goAppDiskMetric = goStruct({
  DiskPath: goString,
  ProvisionedBytes: goUint,
  UsedBytes: goUint,
  DiskType: goString,
  Dirty: goBool,
});
/** See {@linkcode goAppDiskMetric}. */
export type AppDiskMetric = GoValue<typeof goAppDiskMetric>;

/** `/` becomes `-` (`spec/pubsub.md §14.2`). */
export function appDiskKey(path: string): string {
  return path.replaceAll("/", "-");
}
