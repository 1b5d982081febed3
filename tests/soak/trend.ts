/** Whether memory and descriptors stay flat, from samples of each life of a program. Pure. */
import { median } from "../bench/rounds.ts";

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
  /** Medians of the second and of the last third of that life. */
  readonly pssMb: { readonly before: number; readonly after: number; readonly peak: number };
  readonly descriptors: { readonly before: number; readonly after: number; readonly peak: number };
  /** MB an hour, between those two thirds. */
  readonly mbPerHour: number;
  readonly verdict: "flat" | "memory grows" | "descriptors grow" | "too short to judge";
}

/** A shorter life says nothing: the heap of a new process still finds its size. */
export const shortestLifeMs = 60_000;
/** A heap breathes: so much between two thirds of a life is noise. */
const memoryNoise = { megabytes: 12, share: 0.12 };
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
  const compared = (value: (sample: Sample) => number) => ({
    before: median(third(1).map(value)),
    after: median(third(2).map(value)),
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
  const pssMb = compared(megabytesOf);
  const descriptors = compared((sample) => sample.descriptors);
  const growth = pssMb.after - pssMb.before;
  const noise = Math.max(memoryNoise.megabytes, pssMb.before * memoryNoise.share);
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
