/** Which faults come when: the same for the same seed. Pure. */
import { seededRandom } from "../../services/agent/test_device.ts";
import type { Executable } from "../../scripts/permissions.ts";

/** `five` executables, or `zedbox all`: one process. */
export type Form = "five" | "zedbox";

/** What may be killed in which form. */
export const victims: Readonly<Record<Form, readonly Executable[]>> = {
  five: ["client", "zedagent", "loguploader", "nim", "diag"],
  zedbox: ["zedbox"],
};

/** How a controller that is there misbehaves. */
export const badAnswers = ["503", "429", "slow", "closes", "wrong-signature"] as const;
/** See {@linkcode badAnswers}. */
export type BadAnswer = typeof badAnswers[number];

/** One thing that goes wrong. */
export type Fault =
  | { readonly kind: "kill"; readonly program: Executable }
  | { readonly kind: "controller-stop" }
  | { readonly kind: "bad-answers"; readonly answer: BadAnswer }
  /** `cable`: the link has no carrier. `address`: the address goes, and another one comes at the end. */
  | { readonly kind: "port"; readonly how: "cable" | "address" }
  /** The wall clock of the device is so far off, in seconds. */
  | { readonly kind: "clock"; readonly seconds: number }
  | { readonly kind: "disk-full" };

/** A fault with its time, in milliseconds from the start of the plan. A kill lasts 0. */
export interface PlannedFault {
  readonly atMs: number;
  readonly forMs: number;
  readonly fault: Fault;
}

const HOUR = 3600;
/** The last one is 1970, about. */
const jumps = [2 * HOUR, -2 * HOUR, -45 * 60, 20 * HOUR, -56 * 365 * 24 * HOUR];

/** Between the beginnings of two faults, milliseconds; most of the time several are in force. */
const gap = { least: 2_000, most: 6_000 };
const duration = { least: 2_000, most: 8_000 };

/**
 * Every kind comes once before any comes again. Programs are killed in the first half only, so that each has one long life in
 * which its memory can be judged; no two faults of one kind overlap, and none outlasts the plan.
 */
export function planOf(seed: number, lengthMs: number, form: Form): PlannedFault[] {
  const random = seededRandom(seed);
  const between = ({ least, most }: { least: number; most: number }) =>
    least + random.next() * (most - least);
  const pick = <T>(values: readonly T[]): T => {
    const value = values[Math.floor(random.next() * values.length)];
    if (value === undefined) throw new RangeError("nothing to pick from");
    return value;
  };
  const deckOf = (withKills: boolean): Fault[] => {
    const deck: Fault[] = [
      { kind: "controller-stop" },
      { kind: "bad-answers", answer: pick(badAnswers) },
      { kind: "port", how: "cable" },
      { kind: "port", how: "address" },
      { kind: "clock", seconds: pick(jumps) },
      { kind: "disk-full" },
      ...(withKills ? victims[form].map((program): Fault => ({ kind: "kill", program })) : []),
    ];
    return deck.map((fault) => ({ fault, at: random.next() })).sort((a, b) => a.at - b.at).map(({ fault }) =>
      fault
    );
  };
  const planned: PlannedFault[] = [];
  const busyUntil = new Map<string, number>();
  let deck: Fault[] = [];
  for (let at = gap.least; at < lengthMs; at += between(gap)) {
    const withKills = at < lengthMs / 2;
    deck = deck.filter(({ kind }) => withKills || kind !== "kill");
    if (deck.length === 0) deck = deckOf(withKills);
    const index = deck.findIndex(({ kind }) => (busyUntil.get(kind) ?? 0) <= at);
    const [fault] = index === -1 ? [] : deck.splice(index, 1);
    if (fault === undefined) continue;
    const forMs = fault.kind === "kill" ? 0 : Math.min(between(duration), lengthMs - at);
    busyUntil.set(fault.kind, at + forMs);
    planned.push({ atMs: Math.round(at), forMs: Math.round(forMs), fault });
  }
  return planned;
}

/** In a few words. */
export function faultText(fault: Fault): string {
  switch (fault.kind) {
    case "kill":
      return `kill -9 ${fault.program}`;
    case "controller-stop":
      return "controller stopped";
    case "bad-answers":
      return `controller answers: ${fault.answer}`;
    case "port":
      return fault.how === "cable" ? "cable pulled" : "address lost";
    case "clock":
      return `clock ${fault.seconds < 0 ? "back" : "on"} by ${spanText(Math.abs(fault.seconds))}`;
    case "disk-full":
      return "disk full";
  }
}

function spanText(seconds: number): string {
  if (seconds >= 365 * 24 * HOUR) return `${Math.round(seconds / (365 * 24 * HOUR))} years`;
  return seconds >= HOUR ? `${seconds / HOUR} h` : `${seconds / 60} min`;
}

/** One line a fault. */
export function planText(plan: readonly PlannedFault[]): string {
  return plan.map(({ atMs, forMs, fault }) => {
    const span = forMs === 0 ? "" : `  for ${(forMs / 1000).toFixed(1)} s`;
    return `${(atMs / 1000).toFixed(1).padStart(8)} s  ${faultText(fault)}${span}`;
  }).join("\n");
}
