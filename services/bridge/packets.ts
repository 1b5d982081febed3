/** The bytes of a message, large fields moved to files where they must be; kept for the other connections of the same turn. */
import { type LargeField, planValue, type TopicName, withFiles } from "../pubsub/mod.ts";
import type { Message } from "./connection_state.ts";
import type { ConnectionFiles } from "./large_files.ts";
import { complete, hello, remove, restarted, update } from "./messages.ts";
import type { Entry } from "./topic_table.ts";

/** What became of a message. */
export type Packet =
  | { readonly kind: "ready"; readonly bytes: Uint8Array<ArrayBuffer>; readonly files: readonly string[] }
  /** The reader must delete files first, or they can't be written now. */
  | { readonly kind: "full" | "failed" }
  | { readonly kind: "too-large"; readonly reason: string };

/** Bytes of packets that are kept for a turn. */
const MOST_KEPT = 1024 * 1024;
const NO_FILES: readonly string[] = [];

/** Builds packets of one topic. */
export class Packets {
  /** By entry: only values without files are the same for all. */
  readonly #kept = new Map<Entry, Uint8Array<ArrayBuffer>>();
  #bytesKept = 0;

  constructor(private readonly topic: TopicName) {}

  /** @param entry of an update */
  build(message: Message, entry: Entry | undefined, files: ConnectionFiles): Packet {
    const { name, persistent } = this.topic;
    switch (message.kind) {
      case "hello":
        return ready(hello(name, persistent));
      case "complete":
        return ready(complete(name));
      case "restarted":
        return ready(restarted(name, message.count));
      case "delete":
        return ready(remove(name, message.key));
      case "update":
        if (entry === undefined) {
          throw new TypeError(`${name} has no ${message.key}: an update needs its value`);
        }
        return this.#update(message.key, entry, files);
    }
  }

  /** The turn is over. */
  forget(): void {
    this.#kept.clear();
    this.#bytesKept = 0;
  }

  #update(key: string, entry: Entry, files: ConnectionFiles): Packet {
    const kept = this.#kept.get(entry);
    if (kept !== undefined) return ready(kept);
    const plan = planValue(this.topic, key, entry.text);
    if (plan.kind === "too-large") return plan;
    if (plan.move.length > 0) return this.#withFiles(key, entry.text, plan.move, files);
    const bytes = update(this.topic.name, key, entry.text);
    this.#bytesKept += bytes.length;
    if (this.#bytesKept <= MOST_KEPT) this.#kept.set(entry, bytes);
    return ready(bytes);
  }

  #withFiles(key: string, json: string, move: readonly LargeField[], files: ConnectionFiles): Packet {
    const names = files.make(json, move);
    if (typeof names === "string") return { kind: names };
    return ready(update(this.topic.name, key, withFiles(this.topic, json, move, names)), names);
  }
}

function ready(bytes: Uint8Array<ArrayBuffer>, files = NO_FILES): Packet {
  return { kind: "ready", bytes, files };
}
