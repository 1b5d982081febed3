/** What a case is, and the few things that most of them do. */
import { assert, assertEquals } from "@std/assert";
import type { Observer, Publisher, Stage } from "./stage.ts";
import type { Subject } from "./subjects.ts";

/** What a publisher does and what a subscriber must have observed in the end, in which order. */
export interface Case {
  /** Carries the items of `spec/pubsub.md §16` that it proves. */
  readonly name: string;
  readonly play: (stage: Stage) => Promise<void>;
}

/** A publisher, and an observer that is in step with it. */
export async function pair(
  stage: Stage,
  subject: Subject = "plain",
): Promise<{ publisher: Publisher; observer: Observer }> {
  const publisher = await stage.publisher(subject);
  const observer = await stage.observer(subject);
  await observer.seen.until("sync", (seen) => seen.synchronized);
  return { publisher, observer };
}

/** Publishes and asks that a file was written. */
export async function put(publisher: Publisher, key: string, json: string): Promise<void> {
  assertEquals(await publisher.publish(key, json), "done", `publish ${key}`);
}

/** A last entry: when it is there, everything before it has arrived. */
export async function mark(publisher: Publisher, { seen }: Observer, name = "mark"): Promise<void> {
  await put(publisher, name, '{"Mark":1}');
  await seen.until(`the entry ${name}`, () => seen.table.has(name));
}

/** Publisher and subscriber agree, entry by entry, and on the counter. */
export async function assertAgreement(publisher: Publisher, { seen }: Observer): Promise<void> {
  const held = await publisher.held();
  await seen.until("agreement", () => seen.holds(held.entries) && seen.restarted === held.restarted);
  assertEquals(seen.wrong, []);
}

/** Plain JSON of a number. */
export function n(value: number): string {
  return `{"N":${value}}`;
}

/** That what happened to a key is these kinds of calls, in this order. */
export function assertKinds({ seen }: Observer, key: string, kinds: readonly string[]): void {
  assertEquals(seen.calls.filter((call) => call[1] === key).map(([kind]) => kind), kinds, `of ${key}`);
}

/** Names in the folder of a subject's topic. @throws if it is missing */
export function filesIn(root: string, directory: string): string[] {
  const names = Array.from(Deno.readDirSync(`${root}${directory}`), ({ name }) => name).sort();
  assert(!names.some((name) => name.startsWith("tmp")), names.join());
  return names;
}
