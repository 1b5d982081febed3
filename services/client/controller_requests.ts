/** The three requests of onboarding over a controllerconn client, and what their answers mean (`docs/spec/client.md §5, 6, 10`). */
import { STATUS_CODE } from "@std/http/status";
import {
  type Client,
  ControllerConnError,
  type OpenedEnvelope,
  retryAfterOf,
  SenderStatus,
  type SendResult,
  urlPathString,
} from "../../controllerconn/mod.ts";
import { errorText } from "../agent/mod.ts";
import type { CertsResult, UuidResult } from "./onboarding_events.ts";
import type { ControllerRequests } from "./onboarding_runner.ts";
import { reasonLeds, reasonOfError } from "./failure_reason.ts";
import { type Outcome, registerOutcome, uuidOutcome } from "./outcome.ts";
import { parseUuidAnswer } from "./uuid_answer.ts";

/** Told of each answer. */
export interface RequestLog {
  info(text: string): void;
  warn(text: string): void;
}

/**
 * Requests over all management ports of the device.
 * @param registerBody makes the serialized `ZRegisterMsg`
 * @param now milliseconds since 1970, for a `Retry-After` that is a date
 */
export function controllerRequests(
  client: Client,
  registerBody: () => Uint8Array,
  log: RequestLog,
  now: () => number,
): ControllerRequests {
  const send = (
    server: string,
    action: string,
    body: Uint8Array | undefined,
    iteration: number,
    signal: AbortSignal,
  ) => client.sendOnAllIntf(urlPathString(server, "", action), body, { signal, iteration });

  return {
    async fetchCerts(server, iteration, signal): Promise<CertsResult> {
      const answer = await send(server, "certs", undefined, iteration, signal);
      const result = judgeCerts(client, answer, log);
      return result.kind === "failed" ? { ...result, ...asked(answer, now()) } : result;
    },
    async register(server, iteration, signal): Promise<Outcome> {
      const answer = await send(server, "register", registerBody(), iteration, signal);
      const outcome = {
        ...registerOutcome(answer.lastHTTPStatusCode),
        ...certificateFault(answer.error),
        ...asked(answer, now()),
      };
      if (outcome.verdict === "success") log.info(`${answer.reqURL}: registered (${statusText(answer)})`);
      else log.warn(`${answer.reqURL}: ${outcome.verdict}: ${reason(answer)}; trying again`);
      return outcome;
    },
    async getUuid(server, iteration, signal): Promise<UuidResult> {
      const answer = await send(server, "uuid", new Uint8Array(0), iteration, signal);
      return judgeUuid(client, answer, log, now());
    },
  };
}

function judgeCerts(client: Client, answer: SendResult, log: RequestLog): CertsResult {
  if (answer.error !== undefined || answer.httpStatus !== STATUS_CODE.OK) {
    log.warn(`${answer.reqURL}: no controller certificates: ${reason(answer)}; trying again`);
    return { kind: "failed", ...certificateFault(answer.error) };
  }
  try {
    const { certs, changed } = client.acceptControllerCerts(answer.contents);
    log.info(`${answer.reqURL}: ${certs.length} controller certificates, ${changed ? "new" : "as before"}`);
    return { kind: "accepted", changed };
  } catch (error) {
    log.warn(`${answer.reqURL}: controller certificates refused: ${errorText(error)}; trying again`);
    return { kind: "failed", ...certificateFault(error) };
  }
}

/** The reason in the certificates of the controller, if the error has one. */
function certificateFault(error: unknown): Pick<Outcome, "reason" | "led"> {
  const reason = reasonOfError(error);
  return reason === undefined ? {} : { reason, led: reasonLeds[reason] };
}

/** What a refusal asks for. */
function asked({ error, headers }: SendResult, nowMs: number): { readonly retryAfterMs?: number } {
  const retryAfterMs = error === undefined ? undefined : retryAfterOf(headers, nowMs);
  return retryAfterMs === undefined ? {} : { retryAfterMs };
}

function judgeUuid(client: Client, answer: SendResult, log: RequestLog, nowMs: number): UuidResult {
  const outcome = {
    ...uuidOutcome(answer.lastHTTPStatusCode),
    ...certificateFault(answer.error),
    ...asked(answer, nowMs),
  };
  if (outcome.verdict !== "success") {
    log.warn(`${answer.reqURL}: ${outcome.verdict}: ${reason(answer)}; trying again`);
    return { kind: "failed", outcome };
  }
  const flaw = contentFlaw(answer);
  if (flaw !== undefined) {
    log.warn(`${answer.reqURL}: ${flaw}; the answer is not used, trying again`);
    return { kind: "unusable" };
  }
  const opened = client.removeAndVerifyAuthContainer(answer.contents);
  if (opened.error !== undefined) {
    log.warn(`${answer.reqURL}: ${opened.error.message}; the answer is not used, trying again`);
    return { kind: isCertMiss(opened) ? "cert-miss" : "bad-envelope" };
  }
  try {
    return { kind: "accepted", answer: parseUuidAnswer(opened.payload) };
  } catch (error) {
    log.warn(`${answer.reqURL}: ${errorText(error)}; trying again`);
    return { kind: "unusable" };
  }
}

/** Media types in which controllers send envelopes (`spec/client.md §6.1`). */
const mediaTypes = ["application/x-proto-binary", "application/json", "text/plain"];

function contentFlaw(answer: SendResult): string | undefined {
  if (answer.error !== undefined) return answer.error.message;
  const header = answer.headers["content-type"];
  const media = header?.split(";")[0]?.trim().toLowerCase() ?? "";
  if (!mediaTypes.includes(media)) {
    return `expected Content-Type ${mediaTypes[0]}, got ${
      header === undefined ? "none" : JSON.stringify(header)
    }`;
  }
  return answer.contents.length === 0 ? "expected a signed envelope, got an empty body" : undefined;
}

/** Also without any stored certificate a new fetch may help, which the original misses (`spec/device-api.md` (b) 9). */
function isCertMiss(opened: OpenedEnvelope): boolean {
  return opened.status === SenderStatus.SenderStatusCertMiss ||
    opened.error instanceof ControllerConnError && opened.error.kind === "no-controller-cert";
}

function statusText(answer: SendResult): string {
  return answer.lastHTTPStatusCode === 0 ? "no answer" : `HTTP ${answer.lastHTTPStatusCode}`;
}

/** What people need to know: the answer in its own words, or why there was none. */
function reason(answer: SendResult): string {
  const { error } = answer;
  if (error === undefined) return statusText(answer);
  if (answer.lastHTTPStatusCode === 0 || error.attempts.length > 1) return error.message;
  const words = new TextDecoder().decode(answer.contents.subarray(0, 200)).trim();
  return words === "" ? statusText(answer) : `${statusText(answer)} ${JSON.stringify(words)}`;
}
