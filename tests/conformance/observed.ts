/** What a subscriber was told, held against the rules of `spec/pubsub.md §8`: each call must fit to those before it. */
import type { Topic } from "../../services/pubsub/mod.ts";
import { until } from "../site/until.ts";

/** One call of a handler; values are JSON texts. */
export type Observation =
  | readonly ["create", key: string, json: string]
  | readonly ["modify", key: string, json: string]
  | readonly ["delete", key: string]
  | readonly ["sync"]
  | readonly ["restart", count: number];

/** The calls in their order, and the table that they make. */
export class Observed {
  readonly calls: Observation[] = [];
  readonly table = new Map<string, string>();
  /** Calls that must not have come, in words. */
  readonly wrong: string[] = [];
  restarted = 0;
  synchronized = false;

  constructor(private readonly topic: Topic<unknown>) {}

  /** Takes the next call. */
  take(call: Observation): void {
    const fault = this.#faultOf(call);
    if (fault !== undefined) this.wrong.push(`${JSON.stringify(call).slice(0, 200)}: ${fault}`);
    this.calls.push(call);
    if (call[0] === "create" || call[0] === "modify") this.table.set(call[1], call[2]);
    else if (call[0] === "delete") this.table.delete(call[1]);
    else if (call[0] === "sync") this.synchronized = true;
    else this.restarted = call[1];
  }

  #faultOf(call: Observation): string | undefined {
    if (call[0] === "sync") return this.synchronized ? "a second time" : undefined;
    if (call[0] === "restart") return call[1] === this.restarted ? "the count it had before" : undefined;
    const old = this.table.get(call[1]);
    if (call[0] === "create") return old === undefined ? undefined : "the key is known";
    if (old === undefined) return "the key is unknown";
    return call[0] === "modify" && this.same(old, call[2]) ? "the value it had before" : undefined;
  }

  /** Equality as the topic has it. */
  same(a: string, b: string): boolean {
    const { codec } = this.topic;
    return codec.equal(codec.decode(a), codec.decode(b));
  }

  /** Whether this key has this value now. */
  has(key: string, json: string): boolean {
    const now = this.table.get(key);
    return now !== undefined && this.same(now, json);
  }

  /** Whether just these entries are there. */
  holds(entries: Readonly<Record<string, string>> | ReadonlyMap<string, string>): boolean {
    const wanted = entries instanceof Map ? [...entries] : Object.entries(entries);
    return wanted.length === this.table.size && wanted.every(([key, json]) => this.has(key, json));
  }

  /** Waits in real time until something holds. @throws {Error} with the last calls, after 15 s */
  async until(what: string, holds: (seen: Observed) => boolean): Promise<void> {
    await until(what, () => holds(this), 15_000, () => this.calls.slice(-20).map(shown).join("\n"));
  }

  /** Calls as short texts, from `start` on. */
  shown(start = 0): string[] {
    return this.calls.slice(start).map(shown);
  }
}

/** `create key {"N":1}`, cut to a line. */
function shown(call: Observation): string {
  return call.join(" ").slice(0, 120);
}
