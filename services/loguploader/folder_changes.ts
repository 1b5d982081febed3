/**
 * Tells that something came into a folder or left it, by its time of change. The upload folders are newlogd's, so they are not
 * watched: a FIFO that is made in a watched folder would stop the process (docs/deno.md).
 */

/** @returns asks whether one of the folders has changed since it was last asked; true the first time */
export function folderChanges(folders: readonly string[]): () => boolean {
  let seen = "";
  let again = false;
  return () => {
    const stamps = folders.map(stampOf).join("\n");
    const changed = stamps !== seen;
    // Told twice: a second change may have left the same time behind, as the clock of file systems steps by up to 10 ms.
    const told = changed || again;
    [seen, again] = [stamps, changed];
    return told;
  };
}

function stampOf(folder: string): string {
  try {
    const { dev, ino, mtime } = Deno.lstatSync(folder);
    return `${dev} ${ino} ${mtime?.getTime()}`;
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}
