/**
 * What one subscriber has got and what it gets next (spec/pubsub.md §3.4). Nothing is queued: the next message is asked for
 * when it can be sent, and is made from the table as it is then, so what is newest waits and the memory is one number a key.
 * No I/O; a runner asks `next`, sends, and says `sent`.
 */
import type { Counter, Table } from "./topic_table.ts";

/** A message to send, by content. */
export type Message =
  | { readonly kind: "hello" }
  | { readonly kind: "delete"; readonly key: string }
  | { readonly kind: "update"; readonly key: string; readonly version: number }
  | { readonly kind: "complete" }
  | { readonly kind: "restarted"; readonly count: number };

/** The messages of one wake-up: deletes, then updates, then what follows both. */
interface Batch {
  readonly deletes: readonly string[];
  readonly updates: readonly string[];
  /** Read before the entries: what it stands for is among them. */
  readonly counter: Counter;
  /** How many of `deletes`, then `updates`, are done. */
  done: number;
}

/** The state of a connection whose request was good. */
export class ConnectionState {
  /** Key → version the subscriber has. */
  readonly #has = new Map<string, number>();
  /** Keys that may have changed since the running batch began. */
  #changed: Set<string>;
  #greeted = false;
  #completed = false;
  #announced: Counter;
  #batch: Batch | undefined;

  /** @param table as it is when the request arrives */
  constructor(table: Table) {
    this.#changed = new Set(table.entries.keys());
    this.#announced = { count: 0, resets: table.counter.resets };
  }

  /** A key of the table was set or removed. */
  changed(key: string): void {
    this.#changed.add(key);
  }

  /** The message to send now; undefined if the subscriber has everything. The same until `sent`, unless the table changes. */
  next(table: Table): Message | undefined {
    if (!this.#greeted) return { kind: "hello" };
    for (;;) {
      const batch = this.#batch ??= this.#begin(table);
      if (batch === undefined) return undefined;
      const message = this.#entry(batch, table) ?? this.#end(batch);
      if (message !== undefined) return message;
      this.#announced = batch.counter;
      this.#batch = undefined;
    }
  }

  /** The message from `next` is on its way, or can never be. */
  sent(message: Message): void {
    if (message.kind === "hello") this.#greeted = true;
    else if (message.kind === "complete") this.#completed = true;
    else if (message.kind === "restarted") {
      this.#announced = { count: message.count, resets: (this.#batch?.counter ?? this.#announced).resets };
    } else {
      if (message.kind === "delete") this.#has.delete(message.key);
      else this.#has.set(message.key, message.version);
      // A key that changes all the time must not hold up the rest of its batch.
      if (this.#batch !== undefined) this.#batch.done++;
    }
  }

  #begin(table: Table): Batch | undefined {
    const { counter } = table;
    const same = counter.count === this.#announced.count && counter.resets === this.#announced.resets;
    if (this.#completed && same && this.#changed.size === 0) return undefined;
    const keys = [...this.#changed];
    this.#changed = new Set();
    return {
      deletes: keys.filter((key) => !table.entries.has(key) && this.#has.has(key)),
      updates: keys.filter((key) => table.entries.has(key)),
      counter,
      done: 0,
    };
  }

  /** A key that turned from one list into the other meanwhile has changed again, and comes with the next batch. */
  #entry(batch: Batch, table: Table): Message | undefined {
    const { deletes, updates } = batch;
    for (; batch.done < deletes.length + updates.length; batch.done++) {
      const removed = deletes[batch.done];
      const key = removed ?? updates[batch.done - deletes.length] ?? "";
      const version = table.entries.get(key)?.version;
      if (removed !== undefined && version === undefined && this.#has.has(key)) {
        return { kind: "delete", key };
      }
      if (removed === undefined && version !== undefined && this.#has.get(key) !== version) {
        return { kind: "update", key, version };
      }
    }
    return undefined;
  }

  /** A counter that came back to the number announced last shows only with the 0 between (decisions.md 5). */
  #end({ counter }: Batch): Message | undefined {
    if (!this.#completed) return { kind: "complete" };
    const { count, resets } = this.#announced;
    if (counter.count !== count) return { kind: "restarted", count: counter.count };
    return counter.resets !== resets && count !== 0 ? { kind: "restarted", count: 0 } : undefined;
  }
}
