/** The times of the scenarios, told on the way. */
import { say } from "../../bench/stdio.ts";

/** Of one scenario, in milliseconds of life. */
export interface Measured {
  readonly scenario: string;
  /** How much faster than life nim's clock ran. */
  readonly scale: number;
  /** From the event to the status that shows it. */
  readonly detected?: number;
  /** From the event to the controller answering again, over whatever port. */
  readonly connected?: number;
}

/** One line of the table. */
export function measured({ scenario, scale, detected, connected }: Measured): void {
  const text = (ms: number | undefined) => ms === undefined ? "–" : `${(ms / 1000).toFixed(2)} s`;
  say(`lab, clock × ${scale}: ${scenario}: detected ${text(detected)}, connected ${text(connected)}`);
}
