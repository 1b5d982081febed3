/** Requests and bytes by what they are for: what a metered uplink pays for what (issue 5 §4). */

/** What a request is for, from the last word of its path. */
export const purposes = [
  "register",
  "certs",
  "config",
  "attest",
  "info",
  "metrics",
  "logs",
  "flowlog",
  "test",
  "other",
] as const;

/** One of {@linkcode purposes}. */
export type Purpose = (typeof purposes)[number];

/** Bytes of bodies, as on the wire after wrapping and after decoding. */
export interface TrafficCounters {
  /** Requests with any HTTP answer. */
  Requests: number;
  /** Ports over which no answer came. */
  Failures: number;
  /** Of requests that were answered. */
  SentBytes: number;
  /** Of their answers. */
  ReceivedBytes: number;
}

/** Interface name → purpose → counters. */
export type TrafficByPurpose = Record<string, Partial<Record<Purpose, TrafficCounters>>>;

/** Where a client counts; one per program. */
export interface PurposeCounters {
  /** Any HTTP answer. */
  record(url: string, ifName: string, bytes: { readonly sent: number; readonly received: number }): void;
  /** No answer over this port. */
  recordFailure(url: string, ifName: string): void;
  /** A copy for publishing. */
  snapshot(): TrafficByPurpose;
}

const BY_WORD: Readonly<Record<string, Purpose>> = {
  register: "register",
  uuid: "register",
  certs: "certs",
  config: "config",
  "compound-config": "config",
  attest: "attest",
  info: "info",
  hardwarehealth: "info",
  metrics: "metrics",
  logs: "logs",
  newlogs: "logs",
  flowlog: "flowlog",
  ping: "test",
};

/** Pure. Requests that are not of the device API are `other`. */
export function purposeOf(url: string): Purpose {
  const [path = ""] = url.split("?");
  if (!path.includes("/edgedevice/")) return "other";
  if (path.includes("/apps/instanceid/")) return "logs";
  return BY_WORD[path.slice(path.lastIndexOf("/") + 1)] ?? "other";
}

/** Counters of one program, all zero. */
export function newPurposeCounters(): PurposeCounters {
  const traffic: TrafficByPurpose = {};
  const countersOf = (url: string, ifName: string): TrafficCounters => {
    const port = traffic[ifName] ??= {};
    return port[purposeOf(url)] ??= { Requests: 0, Failures: 0, SentBytes: 0, ReceivedBytes: 0 };
  };
  return {
    record(url, ifName, { sent, received }) {
      const counters = countersOf(url, ifName);
      counters.Requests++;
      counters.SentBytes += sent;
      counters.ReceivedBytes += received;
    },
    recordFailure(url, ifName) {
      countersOf(url, ifName).Failures++;
    },
    snapshot: () => structuredClone(traffic),
  };
}
