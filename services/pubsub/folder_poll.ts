/**
 * Tells that something came into a folder or left it, by its modification time. For folders that hold files of others and so must not
 * be watched: `Deno.watchFs` opens what an event names, and a FIFO without a writer (`/run/diag.pipe`) then stops every watch of the
 * process (docs/deno.md). One timer and one `stat` per folder and look for all in this process, however many of them wait.
 */
import { type FolderChange, folderChange } from "./folder_change.ts";

const SHORTEST_MS = 25;
/** As long as EVE's agents wait before they look for a missing publisher again (`spec/pubsub.md §3.5`). */
const LONGEST_MS = 10_000;
/** The part of the time since the last change after which the next look comes: whoever has waited long can wait a little longer. */
const PART = 1 / 10;
/** The part by which it differs from process to process, so that those that started together don't go on waking together. */
const SPREAD = 0.2;
/** From 0 to 1, far apart for ids that follow each other. */
const place = (Deno.pid * 0.618) % 1;

interface Polled {
  readonly listeners: Set<() => void>;
  look: () => FolderChange;
}

const folders = new Map<string, Polled>();
let timer: number | undefined;
let lastChange = 0;

/**
 * Calls `changed` from the event loop: soon, so that nothing is missed between the caller's own look and the first one here, then
 * twice for each change, which may be of something else in that folder, or its end.
 * @returns ends it
 */
export function pollFolder(path: string, changed: () => void): () => void {
  const look = folderChange(path);
  const polled = folders.get(path) ?? { listeners: new Set(), look };
  folders.set(path, polled);
  polled.listeners.add(changed);
  polled.look = look;
  lastChange = performance.now();
  schedule();
  return () => {
    polled.listeners.delete(changed);
    if (polled.listeners.size === 0 && folders.get(path) === polled) folders.delete(path);
    if (folders.size === 0) schedule();
  };
}

/** Milliseconds to the next look. @param quiet milliseconds since the last change @param place of this process, from 0 to 1 */
export function nextLook(quiet: number, place: number): number {
  return Math.min(Math.max(quiet * PART, SHORTEST_MS), LONGEST_MS) * (1 + SPREAD * (place - 0.5));
}

function schedule(): void {
  clearTimeout(timer);
  if (folders.size > 0) timer = setTimeout(look, nextLook(performance.now() - lastChange, place));
}

function look(): void {
  const looks = Array.from(folders.values(), ({ listeners, look }) => ({ listeners, change: look() }));
  if (looks.some(({ change }) => change === "changed")) lastChange = performance.now();
  for (const { listeners } of looks.filter(({ change }) => change !== "same")) {
    for (const listener of Array.from(listeners)) listener();
  }
  schedule();
}
