/** What came of one port, and how the results of several ports add up (`spec/controllerconn.md §5.3, 7`). Pure. */
import type { ControllerConnErrorKind, SendAttempt } from "./error.ts";
import type { Answer } from "./connect/one_try.ts";
import { endsPortLoop, statusOfCode } from "./http_outcome.ts";
import { SenderStatus } from "./sender_status.ts";

/** One port. */
export interface PortResult {
  readonly ifName: string;
  /** Of the transport; None as soon as there was an answer. */
  readonly status: SenderStatus;
  /** Any answer, also one that is refused. */
  readonly answer?: Answer;
  /** What failed; empty exactly when delivered. */
  readonly attempts: readonly SendAttempt[];
  /** Also true, without an answer, after a dry run that found no fault. */
  readonly delivered: boolean;
  /** It has failed, by a local check or on all ways that were tried; not so where the caller ended the call. */
  readonly unanswered?: true;
  /** No port is to be tried after this one: the caller or the deadline ended the call. */
  readonly ended?: true;
}

/** All ports so far. */
export interface Total {
  readonly status: SenderStatus;
  /** The last answer received. */
  readonly answer?: Answer;
  /** The port it came over. */
  readonly ifName: string;
  readonly attempts: readonly SendAttempt[];
  readonly delivered: boolean;
  /** No further port is tried. */
  readonly done: boolean;
}

/** Before the first port. */
export const NOTHING_YET: Total = {
  status: SenderStatus.SenderStatusNone,
  ifName: "",
  attempts: [],
  delivered: false,
  done: false,
};

/** Adds the next port's result. */
export function addPort(total: Total, port: PortResult, bailOnHTTPErr: boolean): Total {
  const attempts = [...total.attempts, ...port.attempts];
  const { answer, ifName } = port;
  const seen = port.status === SenderStatus.SenderStatusNone ? total.status : port.status;
  if (answer === undefined) {
    const { delivered } = port;
    return { ...total, status: seen, attempts, delivered, done: delivered || port.ended === true };
  }
  if (port.delivered) {
    // Also after 304, where Go keeps what earlier ports had: a status beside a success says nothing true.
    return { status: SenderStatus.SenderStatusNone, answer, ifName, attempts, delivered: true, done: true };
  }
  // A web server in front of the controller knows nothing of devices: its 400 is no NotFound.
  const isOfController = port.attempts.at(-1)?.kind !== "client-cert";
  return {
    status: (isOfController ? statusOfCode(answer.code) : undefined) ?? seen,
    answer,
    ifName,
    attempts,
    delivered: false,
    done: port.ended === true || endsPortLoop(answer.code, bailOnHTTPErr),
  };
}

/** The kind of the error as a whole: that of the last answer, otherwise of the last attempt. */
export function totalKind(attempts: readonly SendAttempt[]): ControllerConnErrorKind {
  const kinds = attempts.map((each) => each.kind).filter((kind) => kind !== "trust");
  if (kinds.at(-1) === "aborted") return "aborted";
  const answered = kinds.findLast((kind) => kind === "http-status" || kind === "redirect");
  return answered ?? kinds.at(-1) ?? attempts.at(-1)?.kind ?? "no-port";
}

/** `send via IF [with src IP X]: ERR`; a failed local check of a port prints as itself. */
export function describeAttempt(attempt: SendAttempt): string {
  if (attempt.sourceAddr === undefined && (attempt.kind === "no-address" || attempt.kind === "no-dns")) {
    return attempt.text;
  }
  const source = attempt.sourceAddr === undefined ? "" : ` with src IP ${attempt.sourceAddr}`;
  const proxy = attempt.proxy === undefined ? "" : ` through proxy ${attempt.proxy}`;
  return attempt.ifName === ""
    ? attempt.text
    : `send via ${attempt.ifName}${source}${proxy}: ${attempt.text}`;
}

/** All attempts in one line. */
export function describeAttempts(attempts: readonly SendAttempt[]): string {
  return attempts.map(describeAttempt).join("; ");
}
