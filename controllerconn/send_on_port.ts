/** `SendOnIntf`: local checks of a port, then its source addresses in turn (`spec/controllerconn.md §5`). */
import { attempt } from "./attempt.ts";
import type { NetworkPortStatus } from "./device_network_status.ts";
import type { ControllerConnErrorKind, SendAttempt } from "./error.ts";
import type { Answer } from "./one_try.ts";
import { needsExplicitProxy } from "./explicit_proxy.ts";
import { httpOutcome } from "./http_outcome.ts";
import { sourceAddresses } from "./port_order.ts";
import type { PortResult } from "./port_result.ts";
import type { SendContext } from "./send_context.ts";
import { SenderStatus } from "./sender_status.ts";
import { statusOfFailure } from "./transport_failure.ts";

/** LED code of an answer that came without TLS though TLS was asked for. */
const LED_NO_TLS = 12;
const MAX_DUMPED_BYTES = 256;

function localFault(
  ifName: string,
  port: NetworkPortStatus | undefined,
  target: URL,
): SendAttempt | undefined {
  const fault = (kind: ControllerConnErrorKind, text: string) => ({ kind, ifName, text });
  if (ifName === "") return fault("no-port", "missing interface name");
  if (port === undefined) return fault("no-port", `missing port status for interface ${ifName}`);
  if (sourceAddresses(port).length === 0) {
    return fault("no-address", `interface ${ifName}: no suitable IP address available`);
  }
  if (needsExplicitProxy(port, target)) return fault("unreachable", "proxies are not supported yet");
  if ((port.DNSServers ?? []).length === 0) {
    return fault("no-dns", `interface ${ifName}: no DNS server available`);
  }
  return undefined;
}

function refusalText(reqURL: string, answer: Answer): string {
  const dump = answer.body.subarray(0, MAX_DUMPED_BYTES).toHex();
  const cut = answer.body.length > MAX_DUMPED_BYTES ? `, first ${MAX_DUMPED_BYTES} bytes` : "";
  const body = answer.body.length === 0 ? "no body" : `body of ${answer.body.length} bytes${cut}: ${dump}`;
  const location = answer.headers["location"];
  const redirect = location === undefined ? "" : ` to ${location.slice(0, 200)}, redirects are refused`;
  return `${reqURL} answered ${answer.code}${redirect}, ${body}`;
}

/** The result of a port that answered. */
function answered(context: SendContext, ifName: string, sourceAddr: string, answer: Answer): PortResult {
  const status = SenderStatus.SenderStatusNone;
  const outcome = httpOutcome(answer.code, context.request.accept4xxErrors === true);
  if (outcome === "delivered") return { ifName, status, answer, attempts: [], delivered: true };
  const kind = outcome === "redirect" ? "redirect" : "http-status";
  const attempts = [{ kind, ifName, sourceAddr, text: refusalText(context.reqURL, answer) } as const];
  return { ifName, status, answer, attempts, delivered: false };
}

/** Never throws. With `dryRun` the local checks only, delivered without an answer. */
export async function sendOnPort(context: SendContext, ifName: string): Promise<PortResult> {
  const { metrics, led } = context.options;
  const port = context.network.Ports?.find((each) => each.IfName === ifName);
  const dryRun = context.request.dryRun === true;
  let status: SenderStatus = SenderStatus.SenderStatusNone;
  const fault = localFault(ifName, port, context.target);
  if (fault !== undefined || port === undefined) {
    if (!dryRun) metrics?.recordFailure(ifName, context.reqURL, 0, 0);
    return { ifName, status, attempts: fault === undefined ? [] : [fault], delivered: false };
  }
  if (dryRun) return { ifName, status, attempts: [], delivered: true };
  const attempts: SendAttempt[] = [];
  const uncounted: SendAttempt[] = [];
  for (const sourceAddr of sourceAddresses(port)) {
    if (context.signal.aborted) break;
    const result = await attempt(context, sourceAddr);
    if ("failure" in result) {
      const { kind, text, counted } = result.failure;
      (counted ? attempts : uncounted).push({ kind, ifName, sourceAddr, text });
      status = statusOfFailure(kind) ?? status;
      continue;
    }
    const { answer, sentBytes, milliseconds } = result;
    if (context.target.protocol === "https:" && !answer.encrypted) {
      led?.(LED_NO_TLS);
      metrics?.recordFailure(ifName, context.reqURL, sentBytes, answer.body.length);
      attempts.push({ kind: "tls", ifName, sourceAddr, text: "expected TLS, the answer came without" });
      continue;
    }
    metrics?.recordSuccess(ifName, context.reqURL, sentBytes, answer.body.length, milliseconds, false);
    return answered(context, ifName, sourceAddr, answer);
  }
  const aborted = attempts.at(-1)?.kind === "aborted";
  if (!aborted) metrics?.recordFailure(ifName, context.reqURL, 0, 0);
  const told = attempts.length > 0 ? attempts : uncounted;
  return {
    ifName,
    status,
    attempts: told,
    delivered: false,
    ...(context.signal.aborted ? { ended: true } : {}),
  };
}
