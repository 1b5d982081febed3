/** Whether memory and descriptors stay flat, from samples of each life of a program. Pure. */
import { median, percentile } from "../bench/rounds.ts";

/** One look at one process. */
export interface Sample {
  /** Milliseconds from the start of the soak. */
  readonly atMs: number;
  readonly program: string;
  readonly pid: number;
  /** Proportional and resident set size, kB. */
  readonly pssKb: number;
  readonly rssKb: number;
  readonly descriptors: number;
}

/** What became of one program. */
export interface Trend {
  readonly program: string;
  readonly lives: number;
  /** The life that was judged, seconds; the longest one. */
  readonly judgedSeconds: number;
  /** In the second and in the last third of that life: low values (the tenth part lies below), as garbage collections leave them. */
  readonly pssMb: { readonly before: number; readonly after: number; readonly peak: number };
  /** Medians in the same thirds. */
  readonly descriptors: { readonly before: number; readonly after: number; readonly peak: number };
  /** MB an hour, between those two thirds. */
  readonly mbPerHour: number;
  readonly verdict: "flat" | "memory grows" | "descriptors grow" | "too short to judge";
}

/** A shorter life says nothing: the heap of a new process still finds its size. */
export const shortestLifeMs = 60_000;
/** A heap breathes: so much between two thirds of a life is noise. A short life may not see two collections of the old objects. */
const memoryNoise = { megabytes: 12, share: 0.12 };
const shortLife = { belowMs: 300_000, noise: 4 };
/** Sockets that come and go with faults. */
const descriptorNoise = 6;

/** One for each program, in the order of the samples. */
export function trendsOf(samples: readonly Sample[]): Trend[] {
  const byProgram = Map.groupBy(samples, ({ program }) => program);
  return Array.from(byProgram, ([program, own]) => trendOf(program, own));
}

function trendOf(program: string, samples: readonly Sample[]): Trend {
  const lives = [...Map.groupBy(samples, ({ pid }) => pid).values()];
  const longest = lives.reduce((best, life) => lengthOf(life) > lengthOf(best) ? life : best, []);
  const length = lengthOf(longest);
  const start = longest[0]?.atMs ?? 0;
  const third = (n: number) =>
    longest.filter(({ atMs }) => atMs - start >= (n * length) / 3 && atMs - start <= ((n + 1) * length) / 3);
  const compared = (value: (sample: Sample) => number, typical: (values: readonly number[]) => number) => ({
    before: typical(third(1).map(value)),
    after: typical(third(2).map(value)),
    peak: Math.max(...samples.map(value)),
  });
  const base = { program, lives: lives.length, judgedSeconds: length / 1000 };
  if (length < shortestLifeMs || third(1).length === 0 || third(2).length === 0) {
    const peakOf = (value: (sample: Sample) => number) => {
      const values = samples.map(value);
      return { before: median(values), after: median(values), peak: Math.max(...values) };
    };
    return {
      ...base,
      pssMb: peakOf(megabytesOf),
      descriptors: peakOf(({ descriptors }) => descriptors),
      mbPerHour: 0,
      verdict: "too short to judge",
    };
  }
  const pssMb = compared(megabytesOf, (values) => percentile(values, 0.1));
  const descriptors = compared((sample) => sample.descriptors, median);
  const growth = pssMb.after - pssMb.before;
  const noise = Math.max(memoryNoise.megabytes, pssMb.before * memoryNoise.share) *
    (length < shortLife.belowMs ? shortLife.noise : 1);
  return {
    ...base,
    pssMb,
    descriptors,
    mbPerHour: growth / (length / 3 / 3_600_000),
    verdict: growth > noise
      ? "memory grows"
      : descriptors.after - descriptors.before > descriptorNoise
      ? "descriptors grow"
      : "flat",
  };
}

const megabytesOf = ({ pssKb }: Sample) => pssKb / 1024;

function lengthOf(life: readonly Sample[]): number {
  return (life.at(-1)?.atMs ?? 0) - (life[0]?.atMs ?? 0);
}
