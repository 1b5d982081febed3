/** What happens when a program of `zedbox all` ends, as a pure reducer: one that failed is started again, later each time. */
import type { BoxedProgram } from "./choose.ts";

/** Program → its starts that failed in a row, and when it was last started, in milliseconds. */
export type Supervised = ReadonlyMap<BoxedProgram, { readonly failures: number; readonly startedAt: number }>;

export type SuperviseEvent =
  | { readonly kind: "begin"; readonly programs: readonly BoxedProgram[] }
  | { readonly kind: "ended"; readonly program: BoxedProgram; readonly code: number }
  | { readonly kind: "restart-timer"; readonly program: BoxedProgram };

export type SuperviseEffect =
  | { readonly kind: "start"; readonly program: BoxedProgram }
  /** `failures`: 1 after the first. */
  | { readonly kind: "start-later"; readonly program: BoxedProgram; readonly failures: number }
  /** It did what it is for and is not needed again. */
  | { readonly kind: "done"; readonly program: BoxedProgram };

/** A program that lived so long starts anew with the shortest delay, in milliseconds. */
export const provenMs = 600_000;

/** @param now monotonic, in milliseconds */
export function supervise(
  state: Supervised,
  event: SuperviseEvent,
  now: number,
): [Supervised, SuperviseEffect[]] {
  switch (event.kind) {
    case "begin":
      return [
        new Map(event.programs.map((program) => [program, { failures: 0, startedAt: now }])),
        event.programs.map((program) => ({ kind: "start", program })),
      ];
    case "restart-timer": {
      const failures = state.get(event.program)?.failures ?? 0;
      const started = new Map(state).set(event.program, { failures, startedAt: now });
      return [started, [{ kind: "start", program: event.program }]];
    }
    case "ended": {
      const { program, code } = event;
      if (program === "client" && code === 0) return [state, [{ kind: "done", program }]];
      const before = state.get(program) ?? { failures: 0, startedAt: now };
      const failures = (now - before.startedAt >= provenMs ? 0 : before.failures) + 1;
      const failed = new Map(state).set(program, { ...before, failures });
      return [failed, [{ kind: "start-later", program, failures }]];
    }
  }
}
