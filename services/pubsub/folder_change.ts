/** Whether something came into a folder or left it since the last look, by its time of change. Nothing in it is opened. */

/** What a look saw. `again`: the one before it saw a change, and a second one may have left the same time behind. */
export type FolderChange = "changed" | "again" | "same";

/**
 * The clock of file systems steps by up to 10 ms, which may be more than lies between two looks: that is what `again` is for. A
 * folder that can't be looked at is as good as any other: it changes when it can.
 * @returns looks; the first look sees a change
 */
export function folderChange(path: string): () => FolderChange {
  let seen = "";
  let last: FolderChange = "same";
  return () => {
    const stamp = stampOf(path);
    last = stamp !== seen ? "changed" : last === "changed" ? "again" : "same";
    seen = stamp;
    return last;
  };
}

function stampOf(path: string): string {
  try {
    const { dev, ino, mtime } = Deno.statSync(path);
    return `${dev} ${ino} ${mtime?.getTime()}`;
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}
