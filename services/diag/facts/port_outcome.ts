/** What the requests over one port gave (`spec/diag.md §5`). Plain data. */
import type { ControllerConnErrorKind, Layer, SenderStatus } from "../../../controllerconn/mod.ts";

/** Why an attempt failed. */
export interface RequestFailure {
  readonly kind: ControllerConnErrorKind;
  /** Where it failed. */
  readonly layer: Layer;
  /** Of an answer; 0 if nobody answered. */
  readonly httpStatus: number;
  readonly senderStatus: SenderStatus;
  /** In one line, without a dump of the body. */
  readonly text: string;
  readonly proxy?: string;
}

/** One request with its repetitions. */
export interface RequestOutcome {
  readonly method: "GET" | "POST";
  /** Without scheme for the controller's, with it for a remote probe. */
  readonly url: string;
  /** Attempts made. */
  readonly tries: number;
  /** What each failed attempt gave, equal ones counted together, in the order in which they came. */
  readonly failures: readonly { readonly failure: RequestFailure; readonly times: number }[];
  /** Status in words; absent if it never succeeded. */
  readonly success?: string;
  /** The header `date` of the answer, milliseconds since 1970; absent without one. */
  readonly controllerTime?: number;
  /** The proxy that was used, without credentials. */
  readonly proxy?: string;
  /** Why there are fewer attempts than planned. */
  readonly cut?: string;
}

/** A port's tests, in order. */
export interface PortTest {
  readonly ping: RequestOutcome;
  /** Only after a ping that failed. */
  readonly probes: readonly RequestOutcome[];
  /** Absent when ping failed: it was not tried. */
  readonly uuid?: RequestOutcome;
  /** Who signed the uuid request; `nobody`: it was not tried for lack of an identity. */
  readonly signer: "device" | "onboarding" | "nobody";
}

/** Ping and uuid both answered. */
export function passed(test: PortTest): boolean {
  return test.ping.success !== undefined && test.uuid?.success !== undefined;
}

/** The failure that says most of a request that never succeeded: the last one. */
export function lastFailure(outcome: RequestOutcome): RequestFailure | undefined {
  return outcome.success === undefined ? outcome.failures.at(-1)?.failure : undefined;
}
