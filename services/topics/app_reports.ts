/** What msrv and edgeview have for the controller (`spec/zedagent.md §14.2`). Only what is read. */
import { goBytes, goUUID } from "./go_bytes.ts";
import { goString, goUint, goUint32, goUint8 } from "./go_scalars.ts";
import { goStruct } from "./go_struct.ts";
import { goTimeType } from "./go_time.ts";
import type { GoValue } from "./go_type.ts";

/** `msrv/AppInstMetaData`. Persistent, key `<AppInstUUID>-<Type>`. `Type`: 1 kubeconfig, 2 the app's own status. */
export const goAppInstMetaData = goStruct({ AppInstUUID: goUUID, Data: goBytes, Type: goUint8 });
/** See {@linkcode goAppInstMetaData}. */
export type AppInstMetaData = GoValue<typeof goAppInstMetaData>;

/** `edgeview/EdgeviewStatus`. Key `global`. `ExpireOn` in seconds since 1970. */
export const goEdgeviewStatus = goStruct({
  ExpireOn: goUint,
  StartedOn: goTimeType,
  CmdCountDev: goUint32,
  CmdCountApp: goUint32,
  CmdCountExt: goUint32,
});
/** See {@linkcode goEdgeviewStatus}. */
export type EdgeviewStatus = GoValue<typeof goEdgeviewStatus>;

/** `msrv/PatchEnvelopeUsage`: how often an app has asked for a patch envelope and taken it. */
export const goPatchEnvelopeUsage = goStruct({
  AppUUID: goString,
  PatchID: goString,
  Version: goString,
  PatchAPICallCount: goUint,
  DownloadCount: goUint,
});
/** See {@linkcode goPatchEnvelopeUsage}. */
export type PatchEnvelopeUsage = GoValue<typeof goPatchEnvelopeUsage>;
