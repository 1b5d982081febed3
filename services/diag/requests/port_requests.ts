/** GET ping, POST uuid and remote probes over one port (`spec/diag.md §5`); changes nothing. */
import {
  type AttemptTracer,
  type Client,
  type SendResult,
  type TraceSink,
  urlPathString,
} from "../../../controllerconn/mod.ts";
import { childAbort, type Device } from "../../agent/mod.ts";
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
  | { readonly failure: RequestFailure; readonly last?: true };

/** Ping; after it either uuid or the remote probes. Never throws. */
export async function testPort(testing: PortTesting, ifName: string): Promise<PortTest> {
  const { server, signer, plan, client } = testing;
  const say = (outcome: RequestOutcome) => {
    testing.progress(ifName, outcome);
    return outcome;
  };
  const pingUrl = urlPathString(server, "", "ping");
  const ping = say(
    await repeated(testing, untried("GET", pingUrl), async (signal, way) => {
      const result = await client.sendOnIntf(pingUrl, ifName, undefined, { signal, tracer: way });
      return told(result, failureOf(result, pingSuccess), plan);
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
      if (failure !== undefined || result.contents.length === 0) return told(result, failure);
      const { error, status } = client.removeAndVerifyAuthContainer(result.contents);
      if (error === undefined) return told(result, undefined);
      // Another signer stays another signer; zedagent fetches its certificate.
      return { failure: envelopeFailure(error, status, result.httpStatus), last: true };
    }),
  );
  return { ping, probes: [], uuid, signer };
}

function told(result: SendResult, failure: RequestFailure | undefined, plan?: TestPlan): Attempt {
  if (failure !== undefined) return { failure };
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
  const inTime = () => device.clock.monotonic() - started < plan.limitMs && !own.signal.aborted;
  let outcome = first;
  const cut = () => signal.aborted ? "ended" : `cut after ${Math.round(plan.limitMs / 1000)} s`;
  for (let count = 1; count <= plan.attempts; count++) {
    if (count > 1) await device.clock.sleep(plan.pauseMs, own.signal);
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
