/**
 * Tells that something came into a folder or left it, by its time of change. The upload folders are newlogd's, so they are not
 * watched: a FIFO that is made in a watched folder would stop the process (docs/deno.md).
 */
import { folderChange } from "../pubsub/mod.ts";

/** @returns asks whether one of the folders has changed since it was last asked; true the first time, and twice for each change */
export function folderChanges(folders: readonly string[]): () => boolean {
  const looks = folders.map(folderChange);
  return () => looks.map((look) => look()).some((change) => change !== "same");
}
