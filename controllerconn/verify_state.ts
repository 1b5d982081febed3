/** The bookkeeping of a probe of all ports (`spec/controllerconn.md §8, 11.3`). Pure. */
import type { NetworkPortStatus } from "./device_network_status.ts";
import type { SendAttempt } from "./error.ts";

/** What a port's probe came to; of the two texts at most one is not empty. */
export type PortVerdict =
  | { readonly kind: "success"; readonly warning: string }
  | { readonly kind: "failure"; readonly error: string };

/** What `sendOnIntf` said of a port. */
export interface PortProbe {
  /** Local checks only. */
  readonly dryRun: boolean;
  /** Undefined: it worked. */
  readonly failure?: {
    /** The fault of a local check, if it was one. */
    readonly local?: "no-address" | "no-dns";
    readonly text: string;
    readonly attempts: readonly SendAttempt[];
    /** The controller is there but can't answer now: refused, certificate out of its time, or 500 to 511. */
    readonly remoteTempFailure: boolean;
  };
}

/** The state between two ports. */
export interface VerifyState {
  readonly required: number;
  readonly successes: number;
  /** Cost of the last port that was needed to reach the required count. */
  readonly reachedAtCost: number | undefined;
  readonly remoteTempFailure: boolean;
  readonly verdicts: ReadonlyMap<string, PortVerdict>;
  readonly attempts: readonly SendAttempt[];
}

/** Before the first port. */
export function verifyStart(required: number): VerifyState {
  return {
    required,
    successes: 0,
    reachedAtCost: undefined,
    remoteTempFailure: false,
    verdicts: new Map(),
    attempts: [],
  };
}

/** Whether this port is only looked at. */
export function isDryRun(state: VerifyState, isMgmt: boolean): boolean {
  return !isMgmt || state.successes >= state.required;
}

/** `WType` of a cellular port. */
const CELLULAR = 1;

/** A cellular port that can't work now, as its module says. Undefined for all others. */
export function cellularFault(port: NetworkPortStatus): string | undefined {
  const cellular = port.WirelessStatus?.Cellular;
  if (port.WirelessStatus?.WType !== CELLULAR || cellular === undefined) return undefined;
  if (cellular.ConfigError) return cellular.ConfigError;
  const state = cellular.Module?.OpMode ?? "";
  if (state !== "online-and-connected") return `modem is not connected (${state || "state unknown"})`;
  return cellular.ProbeError || undefined;
}

/** `Dhcp` of a port that switches for applications and needs no address. */
const DHCP_NONE = 2;

/** Adds a port that was not asked at all, since its module can't work. */
export function addUnusable(state: VerifyState, port: NetworkPortStatus, error: string): VerifyState {
  const attempt: SendAttempt = { kind: "no-port", layer: "port", ifName: port.IfName, text: error };
  const after = withVerdict(state, port, { kind: "failure", error });
  return { ...after, attempts: [...after.attempts, attempt] };
}

/** Adds the probe of a port. */
export function addProbe(
  state: VerifyState,
  port: NetworkPortStatus,
  isMgmt: boolean,
  { dryRun, failure }: PortProbe,
): VerifyState {
  if (failure !== undefined) return addFailure(state, port, isMgmt, failure);
  if (dryRun) {
    // A management port tested for real before must not be painted over by a look at its addresses.
    const keeps = isMgmt && state.reachedAtCost !== undefined && port.Cost <= state.reachedAtCost;
    const after = keeps ? state : withVerdict(state, port, { kind: "success", warning: "" });
    return { ...after, successes: state.successes + (isMgmt ? 1 : 0) };
  }
  const after = withVerdict(state, port, { kind: "success", warning: "" });
  const reachedAtCost = state.successes < state.required ? port.Cost : state.reachedAtCost;
  return { ...after, successes: state.successes + 1, reachedAtCost };
}

function addFailure(
  state: VerifyState,
  port: NetworkPortStatus,
  isMgmt: boolean,
  failure: NonNullable<PortProbe["failure"]>,
): VerifyState {
  const remoteTempFailure = state.remoteTempFailure || failure.remoteTempFailure;
  const { local, text, attempts } = failure;
  const needsNoAddress = !port.IsL3Port || (!isMgmt && port.Dhcp === DHCP_NONE);
  if (local === "no-address" && needsNoAddress) {
    return { ...withVerdict(state, port, { kind: "success", warning: "" }), remoteTempFailure };
  }
  if (local === "no-dns" && !isMgmt) {
    return { ...withVerdict(state, port, { kind: "success", warning: text }), remoteTempFailure };
  }
  const after = withVerdict(state, port, { kind: "failure", error: text });
  return { ...after, remoteTempFailure, attempts: [...after.attempts, ...attempts] };
}

function withVerdict(state: VerifyState, port: NetworkPortStatus, verdict: PortVerdict): VerifyState {
  return { ...state, verdicts: new Map([...state.verdicts, [port.IfName, verdict]]) };
}
