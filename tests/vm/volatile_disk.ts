/**
 * A disk as hardware is: what is written stays in a cache that loses its power, until a flush. At a power cut each block of the
 * cache is kept or lost by chance, whatever the order in which they were written.
 */
import type { Random } from "../../services/agent/mod.ts";

/** Bytes of the blocks that are kept or lost as one; all requests are multiples of it. */
export const blockSize = 4096;

/** What a cut came to. */
export interface CutOutcome {
  readonly kept: number;
  readonly lost: number;
}

/** Over an image file, which alone outlives a cut. */
export class VolatileDisk implements Disposable {
  readonly #file: Deno.FsFile;
  readonly #cache = new Map<number, Uint8Array>();
  readonly size: number;

  /** @throws {Error} if the file can't be opened, or ends within a block */
  constructor(path: string) {
    this.#file = Deno.openSync(path, { read: true, write: true });
    this.size = this.#file.statSync().size;
    if (this.size % blockSize !== 0) throw new Error(`${path} has ${this.size} bytes, no whole blocks`);
  }

  /** Blocks that a cut could lose now. */
  get unflushed(): number {
    return this.#cache.size;
  }

  read(offset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    this.#file.seekSync(offset, Deno.SeekMode.Start);
    for (let at = 0; at < length;) {
      const got = this.#file.readSync(bytes.subarray(at));
      if (got === null) break;
      at += got;
    }
    for (const block of blocksOf(offset, length)) {
      const cached = this.#cache.get(block);
      if (cached !== undefined) bytes.set(cached, block * blockSize - offset);
    }
    return bytes;
  }

  /** @param isForced FUA: it must be on the disk before the answer */
  write(offset: number, bytes: Uint8Array, isForced: boolean): void {
    for (const block of blocksOf(offset, bytes.length)) {
      const at = block * blockSize - offset;
      const content = bytes.slice(at, at + blockSize);
      if (isForced) this.#store(block, content);
      else this.#cache.set(block, content);
    }
  }

  /** What was written before is on the disk afterwards. */
  flush(): void {
    for (const [block, content] of this.#cache) this.#store(block, content);
  }

  /** The power is gone; what is left of the cache is a matter of chance. */
  cut(random: Random): CutOutcome {
    let kept = 0;
    const all = [...this.#cache];
    for (const [block, content] of all) {
      if (random.next() < 0.5) continue;
      this.#store(block, content);
      kept++;
    }
    this.#cache.clear();
    return { kept, lost: all.length - kept };
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }

  #store(block: number, content: Uint8Array): void {
    this.#file.seekSync(block * blockSize, Deno.SeekMode.Start);
    for (let at = 0; at < content.length;) at += this.#file.writeSync(content.subarray(at));
    this.#cache.delete(block);
  }
}

function* blocksOf(offset: number, length: number): Generator<number> {
  if (offset % blockSize !== 0 || length % blockSize !== 0) {
    throw new Error(`${length} bytes at ${offset}: expected whole blocks of ${blockSize}`);
  }
  for (let block = offset / blockSize; block < (offset + length) / blockSize; block++) yield block;
}
