/**
 * The events of a folder, from one `Deno.watchFs` for all in this process who follow it: Deno hands every event to every watcher whose
 * folder lies above it, so that 25 watchers of one folder would cost 25 times as much for each change.
 */

/** Who follows a folder; called from the event loop. */
export interface FolderListener {
  event(event: Deno.FsEvent): void;
  /** The watch is over; `close` need not be called. */
  failed(cause: unknown): void;
}

/** See {@linkcode followFolder}. */
export type FollowFolder = (path: string, identity: string, listener: FolderListener) => () => void;

interface Shared {
  readonly watcher: Deno.FsWatcher;
  readonly listeners: Set<FolderListener>;
}

const watches = new Map<string, Shared>();

/**
 * Follows a folder, not what is below it. A FIFO that comes into it later is not noticed, so it is for folders of entries alone.
 * @param identity tells this folder from an earlier one of the same name, whose watch hears nothing of the new one
 * @returns ends it
 * @throws what `Deno.watchFs` throws; an error if the folder holds a FIFO
 */
export function followFolder(path: string, identity: string, listener: FolderListener): () => void {
  const key = `${identity} ${path}`;
  const shared = watches.get(key) ?? watch(key, path);
  shared.listeners.add(listener);
  return () => {
    shared.listeners.delete(listener);
    if (shared.listeners.size > 0 || watches.get(key) !== shared) return;
    watches.delete(key);
    shared.watcher.close();
  };
}

function watch(key: string, path: string): Shared {
  refuseFifo(path);
  const shared = { watcher: Deno.watchFs(path, { recursive: false }), listeners: new Set<FolderListener>() };
  watches.set(key, shared);
  void follow(key, shared);
  return shared;
}

/** Deno opens what an event names, and waits in a FIFO that has no writer, with all watches of the process (docs/deno.md). */
function refuseFifo(folder: string): void {
  for (const { name, isFile, isDirectory } of Deno.readDirSync(folder)) {
    if (isFile || isDirectory || !isFifo(`${folder}/${name}`)) continue;
    throw new Error(`${name} in it is a FIFO, expected are files alone`);
  }
}

function isFifo(path: string): boolean {
  try {
    return Deno.statSync(path).isFifo === true;
  } catch {
    return false;
  }
}

async function follow(key: string, { watcher, listeners }: Shared): Promise<void> {
  let cause: unknown = new Error("the watcher ended by itself");
  try {
    for await (const event of watcher) {
      for (const listener of listeners) listener.event(event);
    }
  } catch (error) {
    cause = error;
  }
  if (listeners.size === 0) return;
  watches.delete(key);
  for (const listener of listeners) listener.failed(cause);
}
