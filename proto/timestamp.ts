/** google.protobuf.Timestamp ↔ milliseconds since 1970. @module */

import Long from "long";

/** The fields of a Timestamp, ready to be put into a message. */
export interface TimestampFields {
  /** Seconds since 1970-01-01T00:00:00Z. */
  seconds: Long;
  /** Nanoseconds after that second: 0 to 999999999, also before 1970. */
  nanos: number;
}

/**
 * @param ms milliseconds since 1970 (`Date.now()`), fractions allowed
 * @throws RangeError when `ms` is not finite.
 */
export function toTimestamp(ms: number): TimestampFields {
  if (!Number.isFinite(ms)) throw new RangeError(`no time: ${ms}`);
  const seconds = Math.floor(ms / 1000);
  const nanos = Math.round((ms - seconds * 1000) * 1e6);
  return nanos === 1e9
    ? { seconds: Long.fromNumber(seconds + 1), nanos: 0 }
    : { seconds: Long.fromNumber(seconds), nanos };
}

/** Milliseconds since 1970, nanoseconds as fraction as far as a number holds them; undefined for an absent Timestamp. */
export function fromTimestamp(timestamp: Partial<TimestampFields> | null | undefined): number | undefined {
  if (timestamp === null || timestamp === undefined) return undefined;
  return (timestamp.seconds?.toNumber() ?? 0) * 1000 + (timestamp.nanos ?? 0) / 1e6;
}
