/** One attempt: one port, one source address, one way (`spec/controllerconn.md §5.3, 1 to 5`). */
import type { Answer } from "./connect/one_try.ts";
import { exchange } from "./connect/exchange.ts";
import { within } from "./deadline.ts";
import type { NetworkPortStatus } from "./device_network_status.ts";
import { ControllerConnError } from "./error.ts";
import { type ProxyChoice, proxyText } from "./proxy/proxy_choice.ts";
import { attemptHeaders, type SendContext } from "./send_context.ts";
import { type TransportFailure, transportFailure } from "./transport_failure.ts";

/** The way of an attempt. */
export interface AttemptPath {
  readonly port: NetworkPortStatus;
  readonly sourceAddr: string;
  readonly proxy: ProxyChoice;
  /** Why it is not another one, for traces. */
  readonly problem?: string | undefined;
  /** Name resolution and TCP connect, in milliseconds; 0 = none. */
  readonly dialTimeoutMs: number;
}

/** An answer, or why there is none. */
export type AttemptResult =
  | { readonly answer: Answer; readonly sentBytes: number; readonly milliseconds: number }
  | { readonly failure: TransportFailure };

async function wrapped(context: SendContext): Promise<Uint8Array | undefined | TransportFailure> {
  try {
    return await context.wrapped();
  } catch (error) {
    const known = error instanceof ControllerConnError;
    const text = error instanceof Error ? error.message : String(error);
    return { kind: known ? error.kind : "identity", layer: "identity", text, counted: true, cause: error };
  }
}

/** Never throws. */
export async function attempt(context: SendContext, path: AttemptPath): Promise<AttemptResult> {
  const started = context.monotonic();
  const body = await wrapped(context);
  if (body !== undefined && !(body instanceof Uint8Array)) return { failure: body };
  const secure = context.target.protocol === "https:";
  if (secure && !context.trust.rootsUsable) {
    const text = "no usable root-certificate.pem, nothing is sent";
    return { failure: { kind: "trust", layer: "trust", text, counted: true } };
  }
  const limit = `no complete answer within ${context.sendTimeoutMs} ms`;
  const flight = { ifName: path.port.IfName, sourceAddr: path.sourceAddr };
  try {
    return await context.inFlight.run(
      flight,
      context.signal,
      (parent) =>
        within(parent, context.sendTimeoutMs, limit, (signal) => send(context, path, body, started, signal)),
    );
  } catch (error) {
    return { failure: transportFailure(error, "request", path.proxy.kind === "proxy") };
  }
}

async function send(
  context: SendContext,
  { port, sourceAddr, proxy, problem, dialTimeoutMs }: AttemptPath,
  body: Uint8Array | undefined,
  started: number,
  signal: AbortSignal,
): Promise<AttemptResult> {
  const { target, trust, request } = context;
  const identity = context.identity ?? context.options.device;
  const secure = target.protocol === "https:";
  const { user = "", password = "" } = proxy.kind === "proxy" ? proxy : {};
  const key = { port, sourceAddr, proxy: `${proxyText(proxy)} ${user} ${password}` };
  const begin = {
    ifName: port.IfName,
    sourceAddr,
    addressIndex: (port.AddrInfoList ?? []).findIndex(({ Addr }) => Addr === sourceAddr),
    method: context.isPost ? "POST" : "GET",
    url: context.reqURL,
  };
  const sink = request.tracer?.attempt(begin);
  if (proxy.kind === "proxy" || problem !== undefined) {
    const told = problem === undefined ? {} : { problem };
    sink?.({ step: "proxy", proxy: proxyText(proxy), ...told });
  }
  const result = await exchange(
    {
      target,
      sourceAddr,
      proxy,
      servers: port.DNSServers ?? [],
      resolve: context.resolve,
      dialTimeoutMs,
      tls: {
        ca: trust.ca,
        ...(identity.tlsKeyPem === undefined
          ? {}
          : { cert: new TextDecoder().decode(identity.certPem), key: identity.tlsKeyPem }),
      },
      headers: () => attemptHeaders(context),
      body,
      agent: context.connections.agent(secure ? { ...key, tls: { trust, identity } } : key),
      maxResponseBytes: context.maxResponseBytes,
      signal,
    },
    { now: context.now(), builtAt: context.options.builtAt },
    sink,
  );
  if ("failure" in result) return result;
  return { answer: result.answer, sentBytes: body?.length ?? 0, milliseconds: context.monotonic() - started };
}
