/**
 * What the publisher that gets killed does, step by step, and what a reader may see after each step.
 * Numbers only grow, so that an older value can be told from a newer one.
 */
import type { Topic } from "../../../services/pubsub/mod.ts";
import { goCodec } from "../../../services/topics/go_json.ts";
import { goRawObject, type RawObject } from "../../../services/topics/go_raw.ts";

/** The three kinds of publication that there are. */
export const kinds = ["plain", "persistent", "shared"] as const;
/** One of {@linkcode kinds}. */
export type Kind = typeof kinds[number];

const codec = goCodec(goRawObject);

/** Their topics. */
export const topicsOf: Readonly<Record<Kind, Topic<RawObject>>> = {
  plain: { agent: "meter", name: "Plain", persistent: false, codec },
  persistent: { agent: "meter", name: "Kept", persistent: true, codec },
  shared: { agent: "", name: "Shared", persistent: false, manyWriters: true, codec },
};

/** One call of the publisher. */
export type Step =
  | { readonly call: "open" | "signal" | "clear"; readonly kind: Kind }
  | { readonly call: "publish"; readonly kind: Kind; readonly key: string; readonly n: number }
  | { readonly call: "unpublish"; readonly kind: Kind; readonly key: string };

/** All of it, in this order. */
export const steps: readonly Step[] = [
  { call: "open", kind: "plain" },
  { call: "publish", kind: "plain", key: "a", n: 1 },
  { call: "publish", kind: "plain", key: "a", n: 2 },
  { call: "publish", kind: "plain", key: "a", n: 2 },
  { call: "signal", kind: "plain" },
  { call: "publish", kind: "plain", key: "", n: 3 },
  { call: "unpublish", kind: "plain", key: "a" },
  { call: "signal", kind: "plain" },
  { call: "clear", kind: "plain" },
  { call: "open", kind: "persistent" },
  { call: "publish", kind: "persistent", key: "a", n: 4 },
  { call: "publish", kind: "persistent", key: "a", n: 5 },
  { call: "publish", kind: "persistent", key: "a", n: 6 },
  { call: "signal", kind: "persistent" },
  { call: "unpublish", kind: "persistent", key: "a" },
  { call: "publish", kind: "persistent", key: "a", n: 7 },
  { call: "clear", kind: "persistent" },
  { call: "open", kind: "shared" },
  { call: "publish", kind: "shared", key: "led", n: 8 },
  { call: "publish", kind: "shared", key: "led", n: 9 },
];

/** Persistent, and only its `.bak` is there at the start, as after a loss of power. */
export const restoredKey = "only in .bak";

/** The JSON of a number: of some length, so that half of it is no JSON. */
export function jsonOf(n: number): string {
  return codec.encode({ N: n, Text: "x".repeat(n * 700) });
}

/** What files say of one topic: JSON text by key, and the counter. */
export interface Seen {
  readonly entries: ReadonlyMap<string, string>;
  readonly restarted: number;
}

/** What files say after the first `done` steps; nothing else is true then. */
export function seenAfter(done: number): Record<Kind, Seen> {
  const seen: Record<Kind, { entries: Map<string, string>; restarted: number }> = {
    plain: { entries: new Map(), restarted: 0 },
    persistent: { entries: new Map(), restarted: 0 },
    shared: { entries: new Map(), restarted: 0 },
  };
  for (const step of steps.slice(0, done)) {
    const { entries } = seen[step.kind];
    if (step.call === "publish") entries.set(step.key, jsonOf(step.n));
    else if (step.call === "unpublish") entries.delete(step.key);
    else if (step.call === "signal") seen[step.kind].restarted++;
    else if (step.call === "clear") seen[step.kind].restarted = 0;
    else if (step.kind === "persistent") entries.set(restoredKey, jsonOf(0));
  }
  return seen;
}
