/** Times in classes of two percent width, so that those of several machines add up and percentiles stay true. Pure. */

/** As it stands in a result file: class → number of times in it. */
export interface HistogramData {
  readonly count: number;
  readonly sumMs: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly classes: Readonly<Record<string, number>>;
}

const WIDTH = Math.log(1.02);
/** Shorter times share one class, in milliseconds. */
const SHORTEST = 0.01;

/** Milliseconds, counted. A percentile is off by one percent at most. */
export class Histogram {
  readonly #classes = new Map<number, number>();
  #count = 0;
  #sumMs = 0;
  #minMs = Infinity;
  #maxMs = 0;

  /** @throws {TypeError} for a class that is no integer */
  static of(data: HistogramData): Histogram {
    const histogram = new Histogram();
    histogram.add(data);
    return histogram;
  }

  get count(): number {
    return this.#count;
  }

  record(ms: number): void {
    const index = Math.floor(Math.log(Math.max(ms, SHORTEST) / SHORTEST) / WIDTH);
    this.#classes.set(index, (this.#classes.get(index) ?? 0) + 1);
    this.#count++;
    this.#sumMs += ms;
    this.#minMs = Math.min(this.#minMs, ms);
    this.#maxMs = Math.max(this.#maxMs, ms);
  }

  /** Adds what another one counted. */
  add(data: HistogramData): void {
    for (const [name, number] of Object.entries(data.classes)) {
      const index = Number(name);
      if (!Number.isInteger(index)) {
        throw new TypeError(`histogram: expected a class number, got ${JSON.stringify(name)}`);
      }
      this.#classes.set(index, (this.#classes.get(index) ?? 0) + number);
    }
    this.#count += data.count;
    this.#sumMs += data.sumMs;
    if (data.count > 0) this.#minMs = Math.min(this.#minMs, data.minMs);
    this.#maxMs = Math.max(this.#maxMs, data.maxMs);
  }

  /** @param share 0.99 for p99 @returns milliseconds; `undefined` when nothing was counted */
  percentile(share: number): number | undefined {
    if (this.#count === 0) return undefined;
    const rank = Math.max(1, Math.ceil(share * this.#count));
    let seen = 0;
    for (const [index, number] of [...this.#classes].sort(([a], [b]) => a - b)) {
      seen += number;
      if (seen < rank) continue;
      const middle = SHORTEST * Math.exp((index + 0.5) * WIDTH);
      return Math.min(Math.max(middle, this.#minMs), this.#maxMs);
    }
    return this.#maxMs;
  }

  get maxMs(): number {
    return this.#maxMs;
  }

  data(): HistogramData {
    return {
      count: this.#count,
      sumMs: this.#sumMs,
      minMs: this.#count === 0 ? 0 : this.#minMs,
      maxMs: this.#maxMs,
      classes: Object.fromEntries([...this.#classes].sort(([a], [b]) => a - b)),
    };
  }
}
