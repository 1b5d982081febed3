/** `busctl ls`: topics and keys with age, size, counter and owner. */
import { keyOfFile, listAll, readRestarted } from "../pubsub/mod.ts";
import type { Job } from "./commands.ts";
import { ownerOf, ownerText } from "./owner_text.ts";
import type { Place } from "./places.ts";
import { ageText, keyText, textTable } from "./text_table.ts";

interface Entry {
  readonly key: string;
  readonly ageMs: number;
  readonly bytes: number;
}

/** @returns 0, or 1 if something could not be read or nothing is there */
export function ls(job: Job): number {
  const { request, world, places } = job;
  const [wanted] = request.words;
  const chosen = places.filter(({ path }) =>
    wanted === undefined || path === wanted || path.startsWith(`${wanted}/`)
  );
  if (chosen.length === 0) {
    world.output.complain(`busctl: nothing on this bus is called ${wanted ?? "a topic"}`);
    return 1;
  }
  const rows: string[][] = [["TOPIC", "", "KEY", "AGE", "BYTES", "RESTARTED", "OWNER"]];
  let unreadable = false;
  for (const place of chosen) {
    try {
      list(place, job, rows);
    } catch (error) {
      unreadable = true;
      world.output.complain(`busctl: ${place.directory}: ${String(error)}`);
    }
  }
  if (!request.json) textTable(rows, [3, 4]).forEach((line) => world.output.print(line));
  return unreadable ? 1 : 0;
}

function list(place: Place, { request, world }: Job, rows: string[][]): void {
  const { topic, path, directory, known } = place;
  const owner = ownerOf(request.root, topic);
  const restarted = readRestarted(directory, 0).count;
  const entries = entriesOf(place, world.now());
  if (request.json) {
    const { persistent } = topic;
    for (const entry of entries) {
      world.output.print(JSON.stringify({ topic: path, ...entry, persistent, known, restarted, owner }));
    }
    if (entries.length === 0) {
      world.output.print(JSON.stringify({ topic: path, persistent, known, restarted, owner }));
    }
    return;
  }
  const owned = known ? ownerText(owner) : "unknown topic";
  const counter = restarted === 0 ? "" : String(restarted);
  const mark = topic.persistent ? "P" : "";
  for (const { key, ageMs, bytes } of entries) {
    rows.push([path, mark, keyText(key), ageText(ageMs), String(bytes), counter, owned]);
  }
  if (entries.length === 0) rows.push([path, mark, "(no keys)", "", "", counter, owned]);
}

function entriesOf({ directory }: Place, now: number): Entry[] {
  const entries: Entry[] = [];
  const files = [...listAll(directory, false)?.files ?? []].sort(([a], [b]) => a < b ? -1 : 1);
  for (const [name, { mtime, size }] of files) {
    const key = keyOfFile(name);
    if (key !== undefined) entries.push({ key, ageMs: Math.max(0, now - mtime), bytes: size });
  }
  return entries;
}
