/** One attempt: one port, one source address (`spec/controllerconn.md §5.3, 1 to 5`). */
import { within } from "./deadline.ts";
import { hostOf } from "./destinations.ts";
import { ControllerConnError } from "./error.ts";
import { exchange, type FailedExchange } from "./exchange.ts";
import type { Answer } from "./one_try.ts";
import { takeSecondLook } from "./second_look.ts";
import { attemptHeaders, type SendContext } from "./send_context.ts";
import { OwnFailure, type TransportFailure, transportFailure } from "./transport_failure.ts";

/** An answer, or why there is none. */
export type AttemptResult =
  | { readonly answer: Answer; readonly sentBytes: number; readonly milliseconds: number }
  | { readonly failure: TransportFailure };

async function body(context: SendContext): Promise<Uint8Array | undefined | TransportFailure> {
  try {
    return await context.wrapped();
  } catch (error) {
    const known = error instanceof ControllerConnError;
    const text = error instanceof Error ? error.message : String(error);
    return { kind: known ? error.kind : "identity", text, counted: true, cause: error };
  }
}

async function lookAgain(
  context: SendContext,
  sourceAddr: string,
  result: FailedExchange,
  signal: AbortSignal,
): Promise<TransportFailure> {
  const { failure, destination } = result;
  if (failure.untrusted !== true || destination === undefined) return failure;
  const verdict = await takeSecondLook({
    host: hostOf(context.target),
    address: destination,
    port: context.target.port === "" ? 443 : Number(context.target.port),
    sourceAddr,
    signal,
    now: context.now(),
  });
  return { ...failure, ...verdict };
}

/** Never throws. */
export async function attempt(context: SendContext, sourceAddr: string): Promise<AttemptResult> {
  const started = context.now();
  const bytes = await body(context);
  if (bytes !== undefined && !(bytes instanceof Uint8Array)) return { failure: bytes };
  const secure = context.target.protocol === "https:";
  if (secure && !context.trust.rootsUsable) {
    return {
      failure: { kind: "trust", text: "no usable root-certificate.pem, nothing is sent", counted: true },
    };
  }
  const tls = { trust: context.trust, identity: context.identity ?? context.options.device };
  const limit = `no complete answer within ${context.sendTimeoutMs} ms`;
  try {
    return await within(context.signal, context.sendTimeoutMs, limit, async (signal) => {
      const result = await exchange({
        url: context.target,
        headers: () => attemptHeaders(context),
        body: bytes,
        sourceAddr,
        agent: context.connections.agent(secure ? { sourceAddr, tls } : { sourceAddr }),
        resolve: context.resolve,
        dialTimeoutMs: context.dialTimeoutMs,
        maxResponseBytes: context.maxResponseBytes,
        signal,
      });
      if ("failure" in result) return { failure: await lookAgain(context, sourceAddr, result, signal) };
      const milliseconds = context.now() - started;
      return { answer: result.answer, sentBytes: bytes?.length ?? 0, milliseconds };
    });
  } catch (error) {
    const failure = error instanceof OwnFailure ? error : new OwnFailure("unreachable", String(error));
    return { failure: transportFailure(failure, "request") };
  }
}
