/** `zedagent/PatchEnvelopeInfoList`: files that msrv hands to apps (`spec/zedagent.md §6.2`). Persistent, key `global`. */
import { goCipherBlockStatus } from "./cipher.ts";
import { goList, goPointer } from "./go_containers.ts";
import { goInt32, goInt64, goString, goUint8 } from "./go_scalars.ts";
import { goStruct } from "./go_struct.ts";
import type { GoValue } from "./go_type.ts";

/** `State` of an envelope. */
export const PatchEnvelopeState = { Error: 0, Received: 1, Ready: 4, Active: 5 } as const;

/** A file that is there; `url` is its path on the device. */
export const goBinaryBlobCompleted = goStruct({
  artifactMetaData: goString,
  encArtifactMeta: goCipherBlockStatus,
  fileMetaData: goString,
  fileName: goString,
  fileSha: goString,
  size: goInt64,
  url: goString,
});

/** A file that volumemgr has yet to download. */
export const goBinaryBlobVolumeRef = goStruct({
  artifactMetaData: goString,
  encArtifactMeta: goCipherBlockStatus,
  fileMetaData: goString,
  fileName: goString,
  imageId: goString,
  imageName: goString,
});

const goBinaryCipherBlob = goStruct({
  artifactMetaData: goString,
  encArtifactMeta: goCipherBlockStatus,
  encFileName: goString,
  encType: goUint8,
  encURL: goString,
  inline: goPointer(goBinaryBlobCompleted),
  volume: goPointer(goBinaryBlobVolumeRef),
});

/** One envelope; `AllowedApps` are UUIDs. Blobs are written with sorted names, as Go's own marshaller does it. */
export const goPatchEnvelopeInfo = goStruct({
  Name: goString,
  Version: goString,
  AllowedApps: goList(goString),
  PatchID: goString,
  Errors: goList(goString),
  State: goInt32,
  BinaryBlobs: goList(goBinaryBlobCompleted),
  VolumeRefs: goList(goBinaryBlobVolumeRef),
  CipherBlobs: goList(goBinaryCipherBlob),
});
/** See {@linkcode goPatchEnvelopeInfo}. */
export type PatchEnvelopeInfo = GoValue<typeof goPatchEnvelopeInfo>;

/** All of them. */
export const goPatchEnvelopeInfoList = goStruct({ Envelopes: goList(goPatchEnvelopeInfo) });
/** See {@linkcode goPatchEnvelopeInfoList}. */
export type PatchEnvelopeInfoList = GoValue<typeof goPatchEnvelopeInfoList>;
