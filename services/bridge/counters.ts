/** What the bridge has done, told in its log. */

/** Counts since the start, but for `topics` and `connections`, which are as of now. */
export interface Counters {
  topics: number;
  connections: number;
  accepted: number;
  packets: number;
  bytes: number;
  /** Connections closed for a bad, oversize, late or second request. */
  refused: number;
  /** Times that a subscriber's socket was full, or had too many large files unread. */
  waits: number;
  largeFiles: number;
  /** Values left out because no message can carry them. */
  tooLarge: number;
}

/** All zero. */
export function noCounts(): Counters {
  return {
    topics: 0,
    connections: 0,
    accepted: 0,
    packets: 0,
    bytes: 0,
    refused: 0,
    waits: 0,
    largeFiles: 0,
    tooLarge: 0,
  };
}

/** One line for the log. Pure. */
export function countersText(counters: Counters): string {
  const { topics, connections, accepted, packets, bytes, refused, waits, largeFiles, tooLarge } = counters;
  return `serves ${topics} topics to ${connections} connections; since the start ${accepted} connections, ` +
    `${packets} packets, ${bytes} bytes, ${refused} refused requests, ${waits} waits for slow readers, ` +
    `${largeFiles} large files, ${tooLarge} values too large`;
}
