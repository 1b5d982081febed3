/** Everything of one kind that one device sent, one file an item, named by time (`spec/device-api.md §13.1`). @module */

import { join } from "node:path";

/** One stored item. */
export interface JournalItem {
  /** When it arrived, milliseconds since 1970. */
  readonly at: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const TWENTY_DIGITS = /^\d{20}$/;

/** A folder of items; the oldest tenth is dropped when the limit is reached. */
export class Journal {
  #last = 0n;
  #size: number | undefined;

  /** @param limit bytes to keep */
  constructor(readonly dir: string, readonly limit: number = 100_000_000) {}

  /** Adds an item; it is complete under its name or not there. */
  async append(bytes: Uint8Array): Promise<void> {
    const now = BigInt(Date.now()) * 1_000_000n;
    this.#last = now > this.#last ? now : this.#last + 1n;
    const name = this.#last.toString().padStart(20, "0");
    await Deno.mkdir(this.dir, { recursive: true });
    await Deno.writeFile(join(this.dir, `.${name}`), bytes);
    await Deno.rename(join(this.dir, `.${name}`), join(this.dir, name));
    this.#size = (this.#size ?? await this.#measure()) + bytes.length;
    if (this.#size > this.limit) await this.#drop();
  }

  /** All items, oldest first. */
  async items(): Promise<JournalItem[]> {
    const items: JournalItem[] = [];
    for (const name of await this.#names()) {
      const bytes = await Deno.readFile(join(this.dir, name));
      items.push({ at: Number(BigInt(name) / 1_000_000n), bytes });
    }
    return items;
  }

  async #names(): Promise<string[]> {
    const names: string[] = [];
    try {
      for await (const { name } of Deno.readDir(this.dir)) if (TWENTY_DIGITS.test(name)) names.push(name);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    return names.sort();
  }

  async #measure(): Promise<number> {
    let size = 0;
    for (const name of (await this.#names()).slice(0, -1)) {
      size += (await Deno.stat(join(this.dir, name))).size;
    }
    return size;
  }

  async #drop(): Promise<void> {
    const names = await this.#names();
    for (const name of names.slice(0, Math.ceil(names.length / 10))) await Deno.remove(join(this.dir, name));
    this.#size = undefined;
  }
}
