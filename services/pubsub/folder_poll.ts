/**
 * Tells that something came into a folder or left it, by its modification time. For folders that hold files of others and so must not
 * be watched: `Deno.watchFs` opens what an event names, and a FIFO without a writer (`/run/diag.pipe`) then stops every watch of the
 * process (docs/deno.md). One timer and one `stat` per folder and look for all in this process, however many of them wait.
 */

const SHORTEST_MS = 25;
const LONGEST_MS = 1000;
/** The part of the time since the last change after which the next look comes: whoever has waited long can wait a little longer. */
const PART = 1 / 10;
/** The part by which it varies, so that processes that started together don't go on waking together. */
const JITTER = 0.2;
/** A second change so soon after a first one may leave the same time behind: the kernel's clock of files steps by up to 10 ms. */
const SETTLED_MS = 50;

interface Polled {
  readonly listeners: Set<() => void>;
  /** What the last look saw; empty if the next look is to tell in any case. */
  seen: string;
}

const folders = new Map<string, Polled>();
let timer: number | undefined;
let lastChange = 0;

/**
 * Calls `changed` from the event loop: once soon, so that nothing is missed between the caller's own look and the first one here, then
 * after each change, which may be of something else in that folder, or its end.
 * @returns ends it
 */
export function pollFolder(path: string, changed: () => void): () => void {
  const polled = folders.get(path) ?? { listeners: new Set(), seen: "" };
  folders.set(path, polled);
  polled.listeners.add(changed);
  polled.seen = "";
  lastChange = performance.now();
  schedule();
  return () => {
    polled.listeners.delete(changed);
    if (polled.listeners.size === 0 && folders.get(path) === polled) folders.delete(path);
    if (folders.size === 0) schedule();
  };
}

/** Milliseconds to the next look. @param quiet milliseconds since the last change @param random from 0 to 1 */
export function nextLook(quiet: number, random: number): number {
  return Math.min(Math.max(quiet * PART, SHORTEST_MS), LONGEST_MS) * (1 + JITTER * (random - 0.5));
}

function schedule(): void {
  clearTimeout(timer);
  if (folders.size > 0) timer = setTimeout(look, nextLook(performance.now() - lastChange, Math.random()));
}

function look(): void {
  const changed = Array.from(folders).filter(([path, polled]) => {
    const seen = polled.seen;
    polled.seen = stampOf(path);
    return polled.seen !== seen || seen === "";
  });
  if (changed.length > 0) lastChange = performance.now();
  for (const [, { listeners }] of changed) {
    for (const listener of Array.from(listeners)) listener();
  }
  schedule();
}

/** Differs when the folder has changed; empty while another change could still look the same. */
function stampOf(path: string): string {
  try {
    const { dev, ino, mtime } = Deno.statSync(path);
    const changed = mtime?.getTime() ?? 0;
    return Math.abs(Date.now() - changed) < SETTLED_MS ? "" : `${dev} ${ino} ${changed}`;
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}
