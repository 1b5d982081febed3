/** A device's clock that can't be right is the likelier reason than a certificate that is not valid yet. Pure. */

/** The device's clock, and what is known of it. Milliseconds since 1970. */
export interface ClockReading {
  readonly now: number;
  /** When this program was built; a clock before it is wrong. */
  readonly builtAt?: number | undefined;
}

/** What to add to the text of a failure; `""` if the clock may be right. */
export function clockDoubt({ now, builtAt }: ClockReading): string {
  if (builtAt === undefined || now >= builtAt) return "";
  return `; likely the clock of this device is wrong: it is before ${
    new Date(builtAt).toISOString()
  }, when ` +
    `this program was built`;
}
