/** The times of the scenarios, told on the way and as a table at the end of a file. */
import { clockScale } from "./nim_lab.ts";

/** Of one scenario, in milliseconds of life. */
export interface Measured {
  readonly scenario: string;
  /** From the event to the status that shows it. */
  readonly detected?: number;
  /** From the event to the controller answering again, over whatever port. */
  readonly connected?: number;
}

const all: Measured[] = [];

/** Notes it, and says it. */
export function measured(one: Measured): void {
  all.push(one);
  const text = (ms: number | undefined) => ms === undefined ? "–" : `${(ms / 1000).toFixed(2)} s`;
  console.log(
    `lab, clock × ${clockScale}: ${one.scenario}: detected ${text(one.detected)}, connected ${
      text(one.connected)
    }`,
  );
}
