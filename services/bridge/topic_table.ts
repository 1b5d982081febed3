/** What a topic holds now, in the form that connections compare with: a number stands for each text. No I/O. */
import { createHash } from "node:crypto";

/** One value. */
export interface Entry {
  /** JSON, as it stands in the file. */
  readonly text: string;
  /** Equal for equal texts: a delete and a create of the same value is nothing to whoever has it. */
  readonly version: number;
}

/** The restart counter. */
export interface Counter {
  readonly count: number;
  /** How often it went to 0: tells 1, 0, 1 from 1 for whoever looks too late. */
  readonly resets: number;
}

/** What a connection sees of its topic. */
export interface Table {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly counter: Counter;
}

/** See the head of this file. */
export class TopicTable implements Table {
  readonly entries = new Map<string, Entry>();
  counter: Counter = { count: 0, resets: 0 };

  set(key: string, text: string): void {
    this.entries.set(key, { text, version: versionOf(text) });
  }

  remove(key: string): void {
    this.entries.delete(key);
  }

  restart(count: number): void {
    this.counter = { count, resets: this.counter.resets + (count === 0 ? 1 : 0) };
  }
}

/** 48 bits of SHA-256: to be mistaken for the value before it, a text would have to hit one in 2.8e14. */
function versionOf(text: string): number {
  return createHash("sha256").update(text).digest().readUIntBE(0, 6);
}
