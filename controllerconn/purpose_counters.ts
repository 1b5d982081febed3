/** Requests and bytes by what they are for: what a metered uplink pays for what. */
import type { ControllerConnErrorKind } from "./error.ts";

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

/**
 * Bytes of bodies with their envelopes, headers and TLS left out (received: after any gzip is undone). Times in
 * milliseconds, from the start of the attempt that was answered to the end of its answer.
 */
export interface TrafficCounters {
  /** Answered, whatever the code. */
  Requests: number;
  /** Nobody answered over this port; one for the port, not one for each of its addresses. */
  Failures: number;
  /** The same by the kind of the last attempt over the port; kinds that never came are missing. */
  FailureKinds: Readonly<Record<string, number>>;
  /** Of requests that were answered. */
  SentBytes: number;
  /** Of their answers. */
  ReceivedBytes: number;
  /** Of all answered requests together. */
  TotalTimeMs: number;
  /** Of the last one. */
  LastTimeMs: number;
}

/** Interface name → purpose → counters. */
export type TrafficByPurpose = Readonly<Record<string, Readonly<Record<string, Readonly<TrafficCounters>>>>>;

/** What an answered request took. */
export interface Traffic {
  /** Bytes of the body that went out. */
  readonly sent: number;
  /** Bytes of the body that came in. */
  readonly received: number;
  /** From the start of the attempt to the end of its answer. */
  readonly milliseconds: number;
}

/** Where a client counts; one per program. */
export interface PurposeCounters {
  /** Any HTTP answer. */
  record(url: string, ifName: string, traffic: Traffic): void;
  /** No answer over this port. */
  recordFailure(url: string, ifName: string, kind: ControllerConnErrorKind): void;
  /** A copy for publishing. */
  snapshot(): TrafficByPurpose;
}

/** Stands for all ports beyond the first {@linkcode MAX_PORTS}. */
export const OTHER_PORTS = "*";
/** A port that comes and goes under ever new names must not let the table grow. */
export const MAX_PORTS = 64;

const BY_WORD: ReadonlyMap<string, Purpose> = new Map<string, Purpose>([
  ["register", "register"],
  ["uuid", "register"],
  ["certs", "certs"],
  ["config", "config"],
  ["compound-config", "config"],
  ["attest", "attest"],
  ["info", "info"],
  ["hardwarehealth", "info"],
  ["metrics", "metrics"],
  ["logs", "logs"],
  ["newlogs", "logs"],
  ["flowlog", "flowlog"],
  ["ping", "test"],
]);

/** Pure. Requests that are not of the device API are `other`. */
export function purposeOf(url: string): Purpose {
  const path = url.replace(/[?#].*$/s, "");
  if (!path.includes("/edgedevice/")) return "other";
  if (path.includes("/apps/instanceid/")) return "logs";
  return BY_WORD.get(path.slice(path.lastIndexOf("/") + 1)) ?? "other";
}

/** Counters of one program, all zero. @param changed called after each count */
export function newPurposeCounters(changed: () => void = () => {}): PurposeCounters {
  const ports = new Map<string, Map<Purpose, TrafficCounters>>();
  const countersOf = (url: string, ifName: string): TrafficCounters => {
    const name = ports.has(ifName) || ports.size < MAX_PORTS ? ifName : OTHER_PORTS;
    const port = ports.get(name) ?? new Map<Purpose, TrafficCounters>();
    ports.set(name, port);
    const purpose = purposeOf(url);
    const counters = port.get(purpose) ?? empty();
    port.set(purpose, counters);
    return counters;
  };
  return {
    record(url, ifName, { sent, received, milliseconds }) {
      const counters = countersOf(url, ifName);
      counters.Requests++;
      counters.SentBytes += sent;
      counters.ReceivedBytes += received;
      counters.LastTimeMs = Math.max(0, Math.round(milliseconds));
      counters.TotalTimeMs += counters.LastTimeMs;
      changed();
    },
    recordFailure(url, ifName, kind) {
      const counters = countersOf(url, ifName);
      counters.Failures++;
      counters.FailureKinds = { ...counters.FailureKinds, [kind]: (counters.FailureKinds[kind] ?? 0) + 1 };
      changed();
    },
    snapshot: () =>
      Object.fromEntries(
        Array.from(ports, ([ifName, port]) => [
          ifName,
          Object.fromEntries(Array.from(port, ([purpose, counters]) => [purpose, { ...counters }])),
        ]),
      ),
  };
}

function empty(): TrafficCounters {
  return {
    Requests: 0,
    Failures: 0,
    FailureKinds: {},
    SentBytes: 0,
    ReceivedBytes: 0,
    TotalTimeMs: 0,
    LastTimeMs: 0,
  };
}
