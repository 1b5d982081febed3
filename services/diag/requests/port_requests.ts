/** GET ping, POST uuid and remote probes over one port (`spec/diag.md §5`); changes nothing. */
import {
  type AttemptTracer,
  type Client,
  retryAfterOf,
  SenderStatus,
  type SendResult,
  type TraceSink,
  urlPathString,
} from "../../../controllerconn/mod.ts";
import { childAbort, type Device, retryDelay } from "../../agent/mod.ts";
import type { PortTest, RequestFailure, RequestOutcome } from "../facts/port_outcome.ts";
import {
  envelopeFailure,
  failureOf,
  pingSuccess,
  statusWords,
  untried,
  uuidSuccess,
  withFailure,
} from "./outcome.ts";
import { testPolicy } from "../retry_policies.ts";
import type { TestPlan } from "./request_plan.ts";

/** What the tests of a port need. */
export interface PortTesting {
  readonly device: Device;
  readonly client: Client;
  readonly server: string;
  readonly signer: PortTest["signer"];
  readonly plan: TestPlan;
  /** Ends the test; what came so far is kept. */
  readonly signal: AbortSignal;
  /** One GET to a host of the probe settings. */
  readonly probe: (
    url: string,
    signal: AbortSignal,
  ) => Promise<RequestFailure | { readonly success: string }>;
  /** With scheme. */
  readonly probeUrls: readonly string[];
  /** Told of each request that is done. */
  readonly progress: (ifName: string, outcome: RequestOutcome) => void;
}

type Attempt =
  | { readonly success: string; readonly controllerTime?: number }
  | { readonly failure: RequestFailure; readonly last?: true; readonly retryAfterMs?: number | undefined };

/** Ping; after it either uuid or the remote probes. Never throws. */
export async function testPort(testing: PortTesting, ifName: string): Promise<PortTest> {
  const { device: { clock }, server, signer, plan, client } = testing;
  const say = (outcome: RequestOutcome) => {
    testing.progress(ifName, outcome);
    return outcome;
  };
  const pingUrl = urlPathString(server, "", "ping");
  const ping = say(
    await repeated(testing, untried("GET", pingUrl), async (signal, way) => {
      const result = await client.sendOnIntf(pingUrl, ifName, undefined, { signal, tracer: way });
      return told(result, failureOf(result, pingSuccess), clock.now(), plan);
    }),
  );
  if (ping.success === undefined) {
    const urls = plan.probes ? testing.probeUrls : [];
    const probes = await Promise.all(urls.map(async (url) =>
      say(
        await repeated(testing, untried("GET", url), async (signal) => {
          const answer = await testing.probe(url, signal);
          return "kind" in answer ? { failure: answer } : plan.failPings ? pretended(answer.success) : answer;
        }),
      )
    ));
    return { ping, probes, signer };
  }
  if (signer === "nobody") return { ping, probes: [], signer };
  const uuidUrl = urlPathString(server, "", "uuid");
  const uuid = say(
    await repeated(testing, untried("POST", uuidUrl), async (signal, way) => {
      const options = {
        signal,
        tracer: way,
        ...(signer === "onboarding" ? { signer: "onboard" as const } : {}),
      };
      const result = await client.sendOnIntf(uuidUrl, ifName, new Uint8Array(), options);
      const failure = failureOf(result, uuidSuccess);
      if (failure !== undefined || result.contents.length === 0) return told(result, failure, clock.now());
      const { error, status } = client.removeAndVerifyAuthContainer(result.contents);
      if (error === undefined) return told(result, undefined, clock.now());
      const failed = { failure: envelopeFailure(error, status, result.httpStatus) };
      // Another signer stays another signer; zedagent fetches its certificate.
      return status === SenderStatus.SenderStatusCertMiss ? { ...failed, last: true } : failed;
    }),
  );
  return { ping, probes: [], uuid, signer };
}

function told(
  result: SendResult,
  failure: RequestFailure | undefined,
  now: number,
  plan?: TestPlan,
): Attempt {
  if (failure !== undefined) return { failure, retryAfterMs: retryAfterOf(result.headers, now) };
  const success = statusWords(result.httpStatus);
  if (plan?.failPings) return pretended(success);
  const time = Date.parse(result.headers["date"] ?? "");
  return { success, ...(Number.isNaN(time) ? {} : { controllerTime: time }) };
}

/** `-P` */
function pretended(success: string): Attempt {
  const text = `answered ${success}, counted as a failure (-P)`;
  return { failure: { kind: "bad-answer", layer: "http", httpStatus: 0, senderStatus: 0, text } };
}

async function repeated(
  { device, plan, signal }: PortTesting,
  first: RequestOutcome,
  attempt: (signal: AbortSignal, way: WaySeen) => Promise<Attempt>,
): Promise<RequestOutcome> {
  const way = new WaySeen();
  const own = childAbort(signal);
  const started = device.clock.monotonic();
  const timer = device.clock.sleep(plan.limitMs, own.signal).then(own.abort);
  const leftMs = () => plan.limitMs - (device.clock.monotonic() - started);
  const inTime = () => leftMs() > 0 && !own.signal.aborted;
  let outcome = first;
  let retryAfterMs: number | undefined;
  const cut = () => signal.aborted ? "ended" : `cut after ${Math.round(plan.limitMs / 1000)} s`;
  for (let count = 1; count <= plan.attempts; count++) {
    if (retryAfterMs !== undefined && retryAfterMs >= leftMs()) {
      outcome = { ...outcome, cut: `the controller asks to wait ${Math.round(retryAfterMs / 1000)} s` };
      break;
    }
    const pauseMs = count > 1 ? retryDelay(device.random, testPolicy, count - 1, retryAfterMs) : 0;
    if (pauseMs > 0) await device.clock.sleep(pauseMs, own.signal);
    if (!inTime() && outcome.tries > 0) {
      outcome = { ...outcome, cut: cut() };
      break;
    }
    const came = await attempt(own.signal, way);
    if ("success" in came) {
      outcome = { ...outcome, tries: outcome.tries + 1, ...came };
      break;
    }
    if (came.failure.kind === "aborted" && outcome.tries > 0) {
      outcome = { ...outcome, cut: cut() };
      break;
    }
    outcome = withFailure(outcome, timedOut(came.failure, cut));
    if (came.last) break;
    retryAfterMs = came.retryAfterMs;
  }
  own.abort();
  await timer;
  return { ...outcome, ...way.facts };
}

/** Listens to which proxy a request takes. */
class WaySeen implements AttemptTracer {
  facts: Pick<RequestOutcome, "proxy"> = {};

  attempt(): TraceSink {
    return (step) => {
      if (step.step === "tunnelling") this.facts = { proxy: step.proxy };
    };
  }
}

/** An attempt that our own limit ended had no answer; where it stood is kept. */
function timedOut(failure: RequestFailure, cut: () => string): RequestFailure {
  return failure.kind === "aborted" ? { ...failure, kind: "timeout", text: `no answer, ${cut()}` } : failure;
}
