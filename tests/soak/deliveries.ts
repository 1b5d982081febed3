/** Whether every log file arrived exactly once, and where not, what it was that excuses it. Pure. */

/** A log file that stood whole in its folder. */
export interface Written {
  /** Its number, told by its content. */
  readonly n: number;
  readonly kind: "device" | "app";
  /** Milliseconds since 1970, as all times here, by the clock of the controller. */
  readonly at: number;
}

/** A log file that the controller has stored. */
export interface Arrival {
  readonly n: number;
  readonly at: number;
}

/** A time in which an answer could get lost between the controller and the mark that the file is sent. */
export interface Break {
  readonly kind: "kill" | "controller-stop" | "port";
  readonly from: number;
  readonly to: number;
}

/** A time in which the cable was out. */
export interface Outage {
  readonly from: number;
  readonly to: number;
}

/** TCP asks again at growing distances: what waited in an outage goes out when it is over, after as long again at most, and a bit. */
export function flushedBy({ from, to }: Outage): number {
  return to + (to - from) + 2_000;
}

/**
 * A kill as a break: what the killed process has handed to the kernel while the cable was out goes to the controller later, when the
 * next process may have sent the file too.
 */
export function killBreak(at: number, outages: readonly Outage[]): Break {
  const ends = outages.filter(({ from, to }) => from <= at && at <= to).map(flushedBy);
  return { kind: "kill", from: at, to: Math.max(at, ...ends) };
}

/** A file that arrived more than once. */
export interface Repeated {
  readonly n: number;
  readonly arrivals: readonly number[];
  /** For each arrival but the first: what explains it. */
  readonly reasons: readonly (Break["kind"] | "none")[];
}

/** What became of all files. */
export interface Deliveries {
  readonly written: number;
  readonly once: number;
  /** Files that arrived more often, each time with a break between an arrival and the next one, by kind of break. */
  readonly excused: Readonly<Record<Break["kind"], number>>;
  /** Arrived more often for no reason that we know. */
  readonly unexcused: readonly number[];
  /** All of them, one by one. */
  readonly repeated: readonly Repeated[];
  /** In `failedUpload`, where loguploader counts them. */
  readonly quarantined: readonly number[];
  /** Neither arrived nor accounted for. */
  readonly lost: readonly number[];
  /** Arrived, but never written. */
  readonly strange: readonly number[];
}

/** From the arrival at the controller to the mark, at most: slow answers wait 3 s, and the machine may be busy. */
export const answerMs = 6_000;

/** @param quarantined numbers of the files in `failedUpload` */
export function accountFor(
  written: readonly Written[],
  arrivals: readonly Arrival[],
  breaks: readonly Break[],
  quarantined: readonly number[],
): Deliveries {
  const times = Map.groupBy(arrivals, ({ n }) => n);
  const known = new Set(written.map(({ n }) => n));
  const excused: Record<Break["kind"], number> = { "kill": 0, "controller-stop": 0, "port": 0 };
  const unexcused: number[] = [];
  const repeated: Repeated[] = [];
  const lost: number[] = [];
  let once = 0;
  for (const { n } of written) {
    const came = (times.get(n) ?? []).map(({ at }) => at).sort((a, b) => a - b);
    if (came.length === 1) once++;
    if (came.length === 0 && !quarantined.includes(n)) lost.push(n);
    if (came.length < 2) continue;
    const reasons = came.slice(1).map((again, index) => breakBetween(came[index] ?? 0, again, breaks));
    const [first] = reasons;
    repeated.push({ n, arrivals: came, reasons: reasons.map((reason) => reason ?? "none") });
    if (first === undefined || reasons.includes(undefined)) unexcused.push(n);
    else excused[first]++;
  }
  return {
    written: written.length,
    once,
    excused,
    unexcused,
    repeated,
    quarantined: quarantined.filter((n) => known.has(n)),
    lost,
    strange: [...times.keys()].filter((n) => !known.has(n)),
  };
}

/** The break that can have taken the answer to the first of two arrivals. A kill explains more than the rest, so it goes first. */
function breakBetween(first: number, again: number, breaks: readonly Break[]): Break["kind"] | undefined {
  const fitting = breaks.filter(({ from, to }) => from <= first + answerMs && to >= first && from <= again);
  return (fitting.find(({ kind }) => kind === "kill") ?? fitting[0])?.kind;
}
