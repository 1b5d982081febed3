/** `VerifyAllIntf`: which ports reach the controller (`spec/controllerconn.md §8`). */
import { callLimitMs, within } from "./deadline.ts";
import type { NetworkPortStatus } from "./device_network_status.ts";
import { ControllerConnError } from "./error.ts";
import { allPorts, isManagement } from "./port_order.ts";
import { describeAttempts, type Total, totalKind } from "./port_result.ts";
import type { SendContext } from "./send_context.ts";
import { sendOnOnePort } from "./send_on_ports.ts";
import { SenderStatus } from "./sender_status.ts";
import {
  addProbe,
  addUnusable,
  cellularFault,
  isDryRun,
  type PortProbe,
  type PortVerdict,
  verifyStart,
  type VerifyState,
} from "./verify_state.ts";

/** What a probe of all ports came to. */
export interface VerifyResult {
  /** As many management ports as were asked for reach the controller. */
  readonly controllerReachable: boolean;
  /** The controller is there but can't answer now; nim calls the network good then. */
  readonly remoteTempFailure: boolean;
  /** By interface name; ports with an invalid configuration are absent. */
  readonly ports: ReadonlyMap<string, PortVerdict>;
  /** Lower-case names, of the last answer that was no success; empty without one. For `Retry-After`. */
  readonly headers: Readonly<Record<string, string>>;
  /** Exactly when the controller is not reachable. */
  readonly error?: ControllerConnError;
}

/** Never throws. Each port has the time of a whole call for itself: a port that hangs takes nothing from the next (W18). */
export async function verifyPorts(context: SendContext, requiredSuccessCount: number): Promise<VerifyResult> {
  const { network, request } = context;
  const limitMs = callLimitMs(context.sendTimeoutMs);
  let state = verifyStart(requiredSuccessCount);
  let headers: VerifyResult["headers"] = {};
  for (const port of allPorts(network, request.iteration ?? 0)) {
    if (port.InvalidConfig) continue;
    const cellular = cellularFault(port);
    if (cellular !== undefined) {
      state = addUnusable(state, port, cellular);
      continue;
    }
    const isMgmt = isManagement(network, port);
    const dryRun = isDryRun(state, isMgmt);
    const total = await within(
      context.signal,
      limitMs,
      `the port took ${limitMs} ms`,
      (signal) => sendOnOnePort({ ...context, signal, request: { ...request, dryRun } }, port.IfName),
    );
    if (!total.delivered && total.answer !== undefined) headers = total.answer.headers;
    state = addProbe(state, port, isMgmt, probeOf(total, dryRun));
  }
  return { ...toResult(state, context), headers };
}

function probeOf(total: Total, dryRun: boolean): PortProbe {
  if (total.delivered) return { dryRun };
  const [first] = total.attempts;
  const local = first?.kind === "no-address" || first?.kind === "no-dns" ? first.kind : undefined;
  const code = total.answer?.code ?? 0;
  const busy = total.status === SenderStatus.SenderStatusRefused ||
    total.status === SenderStatus.SenderStatusCertInvalid || (code >= 500 && code <= 511);
  return {
    dryRun,
    failure: {
      ...(local === undefined || first?.sourceAddr !== undefined ? {} : { local }),
      text: describeAttempts(total.attempts),
      attempts: total.attempts,
      remoteTempFailure: busy,
    },
  };
}

function toResult(state: VerifyState, context: SendContext): Omit<VerifyResult, "headers"> {
  const { successes, required, remoteTempFailure, verdicts: ports } = state;
  const isReachable = required === 0 || successes >= Math.max(1, required);
  const found = { controllerReachable: isReachable, remoteTempFailure, ports };
  return isReachable ? found : { ...found, error: errorOf(state, context) };
}

function errorOf({ attempts, successes, required }: VerifyState, context: SendContext): ControllerConnError {
  const { network, reqURL } = context;
  const hasManagement = (network.Ports ?? []).some((port: NetworkPortStatus) => isManagement(network, port));
  if (!hasManagement) {
    return new ControllerConnError("no-port", `cannot connect to ${reqURL}: No management interfaces`);
  }
  const many = successes === 0 ? "" : ` (${successes} of ${required} ports worked)`;
  const text = `All attempts to connect to ${reqURL} failed${many}: ${describeAttempts(attempts)}`;
  return new ControllerConnError(totalKind(attempts), text, attempts);
}
