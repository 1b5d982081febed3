/** `KubeClusterUpdateStatus` of zedkube: how far the update of a cluster's node is. Persistent, published as zedagent's (`spec/zedagent.md §14.2`). */
import { goErrorAndTime } from "./error_and_time.ts";
import { goString, goUint8 } from "./go_scalars.ts";
import { goStruct } from "./go_struct.ts";
import type { GoValue } from "./go_type.ts";

/** `Component` and `Status`: as the API's `KubeComp` and `KubeCompUpdateStatus`. */
export const goKubeClusterUpdateStatus = goStruct({
  CurrentNode: goString,
  Component: goUint8,
  Status: goUint8,
  ...goErrorAndTime.fields,
});
/** See {@linkcode goKubeClusterUpdateStatus}. */
export type KubeClusterUpdateStatus = GoValue<typeof goKubeClusterUpdateStatus>;
