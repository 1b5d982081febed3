/** What a fleet has measured: a file for each process or machine, and all of them as one. Pure. */
import { Histogram, type HistogramData } from "./histogram.ts";

/** The first member of a result file. */
export const FORMAT = "eve-comms fleet 1";

/** A kind of request, or `onboarding`: from the start of a device to its UUID. */
export interface Measured {
  /** Of what was answered well. */
  readonly latency: HistogramData;
  /** Answers by status code, and failures by their kind in `controllerconn`. */
  readonly outcomes: Readonly<Record<string, number>>;
}

/** A result file. */
export interface FleetResult {
  readonly format: typeof FORMAT;
  /** `i/n`, those that are in it. */
  readonly shards: readonly string[];
  readonly devices: number;
  readonly onboarded: number;
  readonly configured: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly lastOnboardedAt: number;
  readonly endedAt: number;
  readonly requests: Readonly<Record<string, Measured>>;
  /** Of all processes together, bytes: before the first device, and with all of them. */
  readonly memory: { readonly processes: number; readonly before: number; readonly after: number };
}

/** @throws {Error} for text that is no result file, naming it */
export function parseResult(name: string, text: string): FleetResult {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new Error(`${name}: expected JSON, ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
  if (!isResult(json)) throw new Error(`${name}: expected a result file of "${FORMAT}"`);
  return json;
}

function isResult(json: unknown): json is FleetResult {
  if (typeof json !== "object" || json === null || !("format" in json) || json.format !== FORMAT) {
    return false;
  }
  return "requests" in json && typeof json.requests === "object" && json.requests !== null &&
    "shards" in json && Array.isArray(json.shards) && "memory" in json;
}

/**
 * One result of several: counts and classes add up, times span all. Nothing is averaged.
 * @throws {Error} without any, or when a shard is there twice
 */
export function mergeResults(results: readonly FleetResult[]): FleetResult {
  if (results.length === 0) throw new Error("merge: expected at least one result file");
  const shards = results.flatMap((result) => result.shards);
  const twice = shards.find((shard, index) => shards.indexOf(shard) !== index);
  if (twice !== undefined) throw new Error(`merge: shard ${twice} is there twice`);
  const sum = (value: (result: FleetResult) => number) =>
    results.reduce((all, result) => all + value(result), 0);
  const names = [...new Set(results.flatMap(({ requests }) => Object.keys(requests)))];
  return {
    format: FORMAT,
    shards,
    devices: sum(({ devices }) => devices),
    onboarded: sum(({ onboarded }) => onboarded),
    configured: sum(({ configured }) => configured),
    startedAt: Math.min(...results.map(({ startedAt }) => startedAt)),
    lastOnboardedAt: Math.max(...results.map(({ lastOnboardedAt }) => lastOnboardedAt)),
    endedAt: Math.max(...results.map(({ endedAt }) => endedAt)),
    requests: Object.fromEntries(names.map((name) => [name, mergeMeasured(results, name)])),
    memory: {
      processes: sum(({ memory }) => memory.processes),
      before: sum(({ memory }) => memory.before),
      after: sum(({ memory }) => memory.after),
    },
  };
}

function mergeMeasured(results: readonly FleetResult[], name: string): Measured {
  const latency = new Histogram();
  const outcomes: Record<string, number> = {};
  for (const { requests } of results) {
    const measured = requests[name];
    if (measured === undefined) continue;
    latency.add(measured.latency);
    for (const [outcome, number] of Object.entries(measured.outcomes)) {
      outcomes[outcome] = (outcomes[outcome] ?? 0) + number;
    }
  }
  return { latency: latency.data(), outcomes };
}
