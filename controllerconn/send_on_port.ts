/** `SendOnIntf`: local checks of a port, then its source addresses and ways in turn (`spec/controllerconn.md §5`). */
import { attempt, type AttemptPath } from "./attempt.ts";
import type { Answer } from "./connect/one_try.ts";
import { type Path, SHORT_DIAL_MS } from "./connect/path_memory.ts";
import type { NetworkPortStatus } from "./device_network_status.ts";
import type { SendAttempt } from "./error.ts";
import { clientCertificateRefusal } from "./client_certificate_refusal.ts";
import { httpOutcome } from "./http_outcome.ts";
import { layerOfKind } from "./layer.ts";
import { localFault, nameServerFault } from "./local_checks.ts";
import { hasAddress, sourceAddresses } from "./port_order.ts";
import type { PortResult } from "./port_result.ts";
import { lookupProxy, type ProxyLookup } from "./proxy/lookup_proxy.ts";
import { DIRECT, type ProxyChoice, proxyText } from "./proxy/proxy_choice.ts";
import type { SendContext } from "./send_context.ts";
import { SenderStatus } from "./sender_status.ts";
import { OwnFailure, statusOfFailure, type TransportFailure } from "./transport_failure.ts";

/** LED code of an answer that came without TLS though TLS was asked for. */
const LED_NO_TLS = 12;
const MAX_DUMPED_BYTES = 256;

/** Which ways of a port are to be tried now. */
export interface WaysWanted {
  readonly wants: (path: Path) => boolean;
  /** It is known to lead nowhere: its dial timer is a short one. */
  readonly isShort: (path: Path) => boolean;
  /** Over this port a server has taken a request and let it hang until the send timer ended it. */
  readonly hung: (ifName: string) => void;
}

/** All ways, whatever is remembered of them. */
export const ALL_WAYS: WaysWanted = { wants: () => true, isShort: () => false, hung: () => {} };

function refusalText(reqURL: string, answer: Answer): string {
  const dump = answer.body.subarray(0, MAX_DUMPED_BYTES).toHex();
  const cut = answer.body.length > MAX_DUMPED_BYTES ? `, first ${MAX_DUMPED_BYTES} bytes` : "";
  const body = answer.body.length === 0 ? "no body" : `body of ${answer.body.length} bytes${cut}: ${dump}`;
  const location = answer.headers["location"];
  const redirect = location === undefined ? "" : ` to ${location.slice(0, 200)}, redirects are refused`;
  return `${reqURL} answered ${answer.code}${redirect}, ${body}`;
}

/** What happened over one port so far. */
class PortVisit {
  status: SenderStatus = SenderStatus.SenderStatusNone;
  readonly attempts: SendAttempt[] = [];
  /** Without an address of the right family, which is no attempt. */
  readonly uncounted: SendAttempt[] = [];
  last: SendAttempt | undefined;

  constructor(private readonly context: SendContext, private readonly port: NetworkPortStatus) {}

  /** @returns the result if an answer came: no other way is tried then */
  async try(path: AttemptPath): Promise<PortResult | undefined> {
    const { context, port } = this;
    const { memory, monotonic } = context;
    const result = await attempt(context, path);
    const way = pathOf(context, port, path.sourceAddr, path.proxy);
    if ("failure" in result) {
      if (!context.signal.aborted) memory.failed(way, result.failure, monotonic());
      this.#failed(path, result.failure);
      return undefined;
    }
    memory.worked(way);
    const { answer, sentBytes, milliseconds } = result;
    const { metrics, purposes, led } = context.options;
    const traffic = { sent: sentBytes, received: answer.body.length, milliseconds };
    purposes?.record(context.reqURL, port.IfName, traffic);
    if (context.target.protocol === "https:" && !answer.encrypted) {
      led?.(LED_NO_TLS);
      metrics?.recordFailure(port.IfName, context.reqURL, sentBytes, answer.body.length);
      const text = "expected TLS, the answer came without";
      this.#failed(path, { kind: "tls", layer: "tls", text, counted: true });
      return undefined;
    }
    metrics?.recordSuccess(port.IfName, context.reqURL, sentBytes, answer.body.length, milliseconds, false);
    return this.#answered(path, answer);
  }

  #failed({ sourceAddr, proxy }: AttemptPath, { kind, layer, text, counted }: TransportFailure): void {
    const told = { kind, layer, ifName: this.port.IfName, sourceAddr, ...nameOf(proxy), text };
    (counted ? this.attempts : this.uncounted).push(told);
    this.last = told;
    this.status = statusOfFailure(kind, proxy.kind === "proxy") ?? this.status;
  }

  #answered({ sourceAddr, proxy }: AttemptPath, answer: Answer): PortResult {
    const { context } = this;
    const ifName = this.port.IfName;
    const status = SenderStatus.SenderStatusNone;
    const outcome = httpOutcome(answer.code, context.request.accept4xxErrors === true);
    if (outcome === "delivered") return { ifName, status, answer, attempts: [], delivered: true };
    const missing = clientCertificateRefusal(answer);
    const kind = missing !== undefined ? "client-cert" : outcome === "redirect" ? "redirect" : "http-status";
    const text = `${missing === undefined ? "" : `${missing}: `}${refusalText(context.reqURL, answer)}`;
    const layer = layerOfKind(kind) ?? "http";
    const attempts = [{ kind, layer, ifName, sourceAddr, ...nameOf(proxy), text } as const];
    return { ifName, status, answer, attempts, delivered: false };
  }
}

function nameOf(proxy: ProxyChoice): { proxy?: string } {
  return proxy.kind === "direct" ? {} : { proxy: proxyText(proxy) };
}

function pathOf(
  context: SendContext,
  port: NetworkPortStatus,
  sourceAddr: string,
  proxy: ProxyChoice,
): Path {
  return { ifName: port.IfName, sourceAddr, proxy: proxyText(proxy), host: context.target.host };
}

/** The dial timer of a way that is known to lead nowhere. */
function dialTimeout(context: SendContext, short: boolean): number {
  if (!short) return context.dialTimeoutMs;
  return context.dialTimeoutMs === 0 ? SHORT_DIAL_MS : Math.min(context.dialTimeoutMs, SHORT_DIAL_MS);
}

/** Whether an attempt failed because its source address has left its port: all that this call knows is out of date then. */
export function hasLeft({ options }: SendContext, attempt: SendAttempt | undefined): boolean {
  if (attempt?.kind !== "no-address" || attempt.sourceAddr === undefined) return false;
  return !hasAddress(options.deviceNetworkStatus(), attempt.ifName, attempt.sourceAddr);
}

/** The call was over before the port had its turn. */
export function notTried({ signal: { reason } }: SendContext, ifName: string): PortResult {
  const kind = reason instanceof OwnFailure ? reason.kind : "aborted";
  const text = `not tried: ${reason instanceof Error ? reason.message : reason}`;
  const attempts = [{ kind, layer: "http", ifName, text }] as const;
  return { ifName, status: SenderStatus.SenderStatusNone, attempts, delivered: false };
}

async function choicesOf(context: SendContext, port: NetworkPortStatus): Promise<ProxyLookup> {
  if (context.request.allowProxy === false) return { choices: [DIRECT] };
  const lookup = await lookupProxy(port, context.target, context.findProxyForURL);
  const { problem } = lookup;
  if (
    problem !== undefined && !context.signal.aborted && !context.problems.some(({ text }) => text === problem)
  ) {
    context.problems.push({ kind: "proxy-refused", layer: "proxy", ifName: port.IfName, text: problem });
  }
  return lookup;
}

/**
 * Never throws. With `dryRun` the local checks only, delivered without an answer.
 * @returns undefined if none of its ways is wanted
 */
export async function sendOnPort(
  context: SendContext,
  ifName: string,
  ways: WaysWanted,
): Promise<PortResult | undefined> {
  const port = context.network.Ports?.find((each) => each.IfName === ifName);
  const dryRun = context.request.dryRun === true;
  const failed = (attempts: readonly SendAttempt[], status: SenderStatus = SenderStatus.SenderStatusNone) =>
    ({ ifName, status, attempts, delivered: false, unanswered: true }) as const;
  const fault = await localFault(ifName, port, context.options.networkMonitor);
  if (port === undefined || fault !== undefined) return failed(fault === undefined ? [] : [fault]);
  const { choices, problem } = await choicesOf(context, port);
  if (context.signal.aborted) return { ...notTried(context, ifName), ended: true };
  const reachable = choices.filter((choice) => nameServerFault(port, choice, context.target) === undefined);
  const [first = DIRECT] = choices;
  const nameless = reachable.length === 0 ? nameServerFault(port, first, context.target) : undefined;
  if (nameless !== undefined) return failed([nameless]);
  if (dryRun) return { ifName, status: SenderStatus.SenderStatusNone, attempts: [], delivered: true };

  const visit = new PortVisit(context, port);
  let tried = 0;
  for (const sourceAddr of sourceAddresses(port)) {
    for (const proxy of reachable) {
      const way = pathOf(context, port, sourceAddr, proxy);
      if (context.signal.aborted || !ways.wants(way)) continue;
      tried++;
      const dialTimeoutMs = dialTimeout(context, ways.isShort(way));
      const result = await visit.try({ port, sourceAddr, proxy, problem, dialTimeoutMs });
      if (result !== undefined) return result;
      if (visit.last?.kind === "timeout" && visit.last.layer === "http") ways.hung(ifName);
      if (hasLeft(context, visit.last)) return { ...failed(visit.attempts, visit.status), ended: true };
      // The next proxy of a PAC file can only help where this one was the trouble.
      if (visit.last?.layer !== "proxy") break;
    }
  }
  if (tried === 0 && !context.signal.aborted) return undefined;
  const { attempts, uncounted, status } = visit;
  const told = attempts.length > 0 ? attempts : uncounted;
  const result = attempts.at(-1)?.kind === "aborted"
    ? { ifName, status, attempts: told, delivered: false }
    : failed(told, status);
  return { ...result, ...(context.signal.aborted ? { ended: true } : {}) };
}
