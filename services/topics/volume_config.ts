/** Volumes, content trees and OS updates as the controller wants them (`spec/zedagent.md §10.4`). */
import { goUUID } from "./go_bytes.ts";
import { goList } from "./go_containers.ts";
import { goBool, goInt32, goInt64, goString, goUint32, goUint64 } from "./go_scalars.ts";
import { goStruct } from "./go_struct.ts";
import type { GoValue } from "./go_type.ts";

/** Key: {@linkcode volumeKey}. Sizes in bytes. */
export const goVolumeConfig = goStruct({
  VolumeID: goUUID,
  ContentID: goUUID,
  VolumeContentOriginType: goInt32,
  MaxVolSize: goUint64,
  ReadOnly: goBool,
  GenerationCounter: goInt64,
  LocalGenerationCounter: goInt64,
  Encrypted: goBool,
  DisplayName: goString,
  HasNoAppReferences: goBool,
  Target: goInt32,
  CustomMeta: goString,
  IsReplicated: goBool,
  IsNativeContainer: goBool,
});
/** See {@linkcode goVolumeConfig}. */
export type VolumeConfig = GoValue<typeof goVolumeConfig>;

/** `<VolumeID>#<generation + local generation>` */
export function volumeKey(
  volume: Pick<VolumeConfig, "VolumeID" | "GenerationCounter" | "LocalGenerationCounter">,
): string {
  return `${volume.VolumeID}#${volume.GenerationCounter + volume.LocalGenerationCounter}`;
}

/** Key: `ContentID`. `ContentSha256` in lower case. */
export const goContentTreeConfig = goStruct({
  ContentID: goUUID,
  DatastoreIDList: goList(goUUID),
  RelativeURL: goString,
  Format: goInt32,
  ContentSha256: goString,
  MaxDownloadSize: goUint64,
  GenerationCounter: goInt64,
  DisplayName: goString,
  CustomMeta: goString,
  IsLocal: goBool,
});
/** See {@linkcode goContentTreeConfig}. */
export type ContentTreeConfig = GoValue<typeof goContentTreeConfig>;

/** Key: `ContentTreeUUID`. */
export const goBaseOsConfig = goStruct({
  BaseOsVersion: goString,
  ContentTreeUUID: goString,
  RetryUpdateCounter: goUint32,
  Activate: goBool,
});
/** See {@linkcode goBaseOsConfig}. */
export type BaseOsConfig = GoValue<typeof goBaseOsConfig>;
