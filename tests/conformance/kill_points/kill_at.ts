/** One killed publisher: what readers saw at that moment, and whether its successor and its subscribers agree. */
import { assert, assertEquals } from "@std/assert";
import { openBus } from "../../../services/pubsub/mod.ts";
import type { Subscription } from "../../../services/pubsub/mod.ts";
import type { RawObject } from "../../../services/topics/go_raw.ts";
import { topicDirectory } from "../../../services/pubsub/mod.ts";
import { until } from "../../site/until.ts";
import { jsonOf, type Kind, kinds, restoredKey, type Seen, seenAfter, topicsOf } from "./play.ts";
import { type Boundary, runTraced } from "./strace.ts";

/** Above every number that the publisher uses. */
const last = 20;

/** A root as a dead publisher left it: temp files, and an entry of which only the backup is there. */
export async function makeRoot(): Promise<string> {
  const root = await Deno.makeTempDir({ prefix: "kill" });
  for (const kind of kinds) {
    const directory = topicDirectory(root, topicsOf[kind]);
    await Deno.mkdir(directory, { recursive: true });
    await Deno.writeTextFile(`${directory}/tmp00000000199999999`, '{"N":');
  }
  await Deno.writeTextFile(`${root}/persist/status/meter/Kept/${restoredKey}.json.bak`, jsonOf(0));
  return root;
}

/** The runtime may make a call of its own before ours, which then falls at another one: the rules hold there too. */
const ATTEMPTS = 3;

/** Kills a publisher there and holds all rules. @throws {Error} */
export async function killAt(boundary: Boundary): Promise<void> {
  const places: string[] = [];
  while (places.at(-1) !== boundary.label) {
    if (places.length === ATTEMPTS) throw new Error(`it was killed at ${places.join(", then at ")}`);
    places.push(await killNear(boundary));
  }
}

/** @returns the label of the call where it was killed */
async function killNear(boundary: Boundary): Promise<string> {
  const root = await makeRoot();
  const watcher = new Watcher(root);
  try {
    const run = await runTraced(root, boundary);
    if (!run.killed) return "no call";
    const left = kinds.map((kind) => readFiles(root, kind));
    assertTruth(left, run.acknowledged);
    await watcher.agrees(left);
    await succeed(root, left, watcher);
    return run.calls.at(-1)?.label ?? "no call";
  } finally {
    watcher.end();
    await Deno.remove(root, { recursive: true });
  }
}

/** What lies on the disk is the state after the last acknowledged step, or after the one it was at. */
function assertTruth(left: readonly Seen[], acknowledged: number): void {
  const allowed = [acknowledged, acknowledged + 1].map((done) => kinds.map((kind) => seenAfter(done)[kind]));
  const same = (a: readonly Seen[]) => a.every((seen, i) => sameSeen(seen, left[i]));
  if (!allowed.some(same)) assertEquals(left, allowed[0], `after ${acknowledged} acknowledged steps`);
}

function sameSeen(a: Seen, b: Seen | undefined): boolean {
  return b !== undefined && a.restarted === b.restarted && a.entries.size === b.entries.size &&
    [...a.entries].every(([key, json]) => b.entries.get(key) === json);
}

/** The successor starts with what is there, sweeps, and what it publishes arrives. */
async function succeed(root: string, left: readonly Seen[], watcher: Watcher): Promise<void> {
  const end = new AbortController();
  const reports: string[] = [];
  const bus = openBus({ root, signal: end.signal, report: ({ message }) => void reports.push(message) });
  try {
    for (const [i, kind] of kinds.entries()) {
      const before = left[i] ?? { entries: new Map(), restarted: 0 };
      const publication = bus.publication(topicsOf[kind]);
      const { codec } = topicsOf[kind];
      const entries = new Map(before.entries);
      if (kind === "persistent") entries.set(restoredKey, jsonOf(0));
      const held = Array.from(publication.getAll(), ([key, value]) => [key, codec.encode(value)] as const);
      assertEquals(new Map(held), entries, `what the successor holds of ${kind}`);
      assertEquals(publication.restarted, before.restarted, `its counter of ${kind}`);
      publication.publish("after", codec.decode(jsonOf(last)));
      publication.signalRestarted();
    }
    const now = kinds.map((kind) => readFiles(root, kind));
    now.forEach(({ entries }) => assertEquals(entries.get("after"), jsonOf(last)));
    await watcher.agrees(now);
    for (const kind of kinds) {
      const names = Array.from(Deno.readDirSync(topicDirectory(root, topicsOf[kind])), ({ name }) => name);
      assertEquals(names.filter((name) => name.startsWith("tmp")), [], "temp files are gone");
    }
    assert(reports.every((report) => report.includes("restored from its .bak")), reports.join("\n"));
  } finally {
    end.abort();
  }
}

/** Reads the files of a topic as a script does. @throws {AssertionError} at anything torn, backups included */
function readFiles(root: string, kind: Kind): Seen {
  const directory = topicDirectory(root, topicsOf[kind]);
  const entries = new Map<string, string>();
  let restarted = 0;
  for (const { name } of Deno.readDirSync(directory)) {
    if (/^tmp\d+$/.test(name)) continue;
    const text = Deno.readTextFileSync(`${directory}/${name}`);
    if (name === "restarted") {
      assert(/^\d+$/.test(text), `${kind}/restarted holds ${JSON.stringify(text)}`);
      restarted = Number(text);
      continue;
    }
    const value: unknown = JSON.parse(text);
    assert(typeof value === "object" && value !== null && "N" in value, name);
    assertEquals(text, jsonOf(Number(value.N)), `${kind}/${name} is whole`);
    if (name.endsWith(".json")) entries.set(name.slice(0, -".json".length), text);
    else assert(kind === "persistent" && name.endsWith(".json.bak"), `${kind}/${name} has no business there`);
  }
  return { entries, restarted };
}

/** Subscribers of all topics in this process, which is not the publisher's. */
class Watcher {
  readonly #end = new AbortController();
  readonly #subscriptions: readonly Subscription<RawObject>[];
  readonly #wrong: string[] = [];

  constructor(root: string) {
    const report = ({ message }: Error) => void this.#wrong.push(message);
    const bus = openBus({ root, signal: this.#end.signal, report, rescanMs: 60_000 });
    this.#subscriptions = kinds.map((kind) => {
      const newest = new Map<string, number>();
      const see = (key: string, value: RawObject) => {
        const n = Number(value["N"]);
        const before = newest.get(key) ?? -1;
        if (n < before) this.#wrong.push(`${kind} ${key}: ${n} after ${before}`);
        if (topicsOf[kind].codec.encode(value) !== jsonOf(n)) {
          this.#wrong.push(`${kind} ${key}: torn at ${n}`);
        }
        newest.set(key, n);
      };
      const subscription = bus.subscription(topicsOf[kind], { create: see, modify: see });
      subscription.activate();
      return subscription;
    });
  }

  /** Waits until every subscriber has just what the files say. */
  async agrees(files: readonly Seen[]): Promise<void> {
    for (const [i, seen] of files.entries()) {
      const subscription = this.#subscriptions[i];
      if (subscription === undefined) continue;
      const { codec } = subscription.topic;
      await until(`${subscription.topic.name} as in the files`, () => {
        const got = new Map(Array.from(subscription.getAll(), ([key, value]) => [key, codec.encode(value)]));
        if (kinds[i] === "persistent" && !seen.entries.has(restoredKey)) got.delete(restoredKey);
        return sameSeen(seen, { entries: got, restarted: subscription.restarted });
      });
    }
    assertEquals(this.#wrong, []);
  }

  end(): void {
    this.#end.abort();
  }
}
