/** The system calls of a replaced file and nothing else: the measure that `publish` is held against. */

/** Temp file, write, fsync, rename: below `/run` nothing outlives a power loss, so the folder is left alone. */
export function bareReplace(folder: string, name: string, bytes: Uint8Array): void {
  Deno.renameSync(bareTemporary(folder, bytes), `${folder}/${name}`);
}

/** For `/persist`: what stood there is kept as `.bak` with its bytes, mode and time, durable before the new file. */
export function bareReplaceWithBackup(folder: string, name: string, bytes: Uint8Array): void {
  const path = `${folder}/${name}`;
  const directory = Deno.openSync(folder);
  const temporary = bareTemporary(folder, bytes);
  const old = Deno.readFileSync(path);
  const { atime, mtime } = Deno.statSync(path);
  const backup = bareTemporary(folder, old);
  Deno.utimeSync(backup, atime ?? 0, mtime ?? 0);
  Deno.renameSync(backup, `${path}.bak`);
  directory.syncSync();
  Deno.renameSync(temporary, path);
  directory.syncSync();
  directory.close();
}

let serial = 0;

/** Creates, writes and fsyncs a temp file. */
export function bareTemporary(folder: string, bytes: Uint8Array): string {
  const path = `${folder}/tmp${++serial}`;
  const file = Deno.openSync(path, { write: true, createNew: true, mode: 0o600 });
  file.writeSync(bytes);
  file.syncSync();
  file.close();
  return path;
}
