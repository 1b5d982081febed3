/** From the result of a send to what the report says of it. Pure. */
import {
  type ControllerConnError,
  type Layer,
  type SendAttempt,
  SenderStatus,
  type SendResult,
} from "../../../controllerconn/mod.ts";
import { STATUS_CODE, STATUS_TEXT, type StatusCode } from "@std/http/status";
import type { RequestFailure, RequestOutcome } from "../facts/port_outcome.ts";

/** From the device outwards: of several attempts the one that came furthest says most. */
const order: readonly Layer[] = [
  "trust",
  "identity",
  "port",
  "dns",
  "proxy",
  "tcp",
  "tls",
  "http",
  "envelope",
];
/** So much of what an answer says is worth a place on the console. */
const SHOWN_BODY = 80;

/** What the controller may answer to a request that it fulfils (`spec/diag.md §5.5`). */
export const pingSuccess: readonly number[] = [STATUS_CODE.OK, STATUS_CODE.NotModified];
export const uuidSuccess: readonly number[] = [...pingSuccess, STATUS_CODE.Created];

/** `404 Not Found` */
export function statusWords(code: number): string {
  return `${code} ${STATUS_TEXT[code as StatusCode] ?? ""}`.trim();
}

/** Undefined if the request succeeded. */
export function failureOf(result: SendResult, successes: readonly number[]): RequestFailure | undefined {
  const { httpStatus, status: senderStatus, error } = result;
  if (error === undefined && successes.includes(httpStatus)) return undefined;
  const via = error?.attempts.find(({ proxy }) => proxy !== undefined)?.proxy;
  const proxy = via === undefined ? {} : { proxy: via };
  if (httpStatus !== 0 && error?.kind !== "bad-answer") {
    const kind = error?.kind ?? "http-status";
    return { kind, layer: "http", httpStatus, senderStatus, text: `answered ${saidWith(result)}`, ...proxy };
  }
  return error === undefined
    ? { kind: "bad-answer", layer: "http", httpStatus, senderStatus, text: "no answer", ...proxy }
    : { ...decisive(error), httpStatus, senderStatus };
}

/** A fault of the envelope of an answer that came. */
export function envelopeFailure(error: ControllerConnError, senderStatus: SenderStatus, httpStatus: number) {
  const layer = error.layer ?? "envelope";
  return { kind: error.kind, layer, httpStatus, senderStatus, text: error.message };
}

/** The last attempt of the outermost layer; a proxy configuration that can't be used comes before what it leads to. */
function decisive(error: ControllerConnError): Pick<RequestFailure, "kind" | "layer" | "text" | "proxy"> {
  const { attempts } = error;
  const unusable = attempts.find(({ layer, proxy, sourceAddr }) =>
    layer === "proxy" && proxy === undefined && sourceAddr === undefined
  );
  const rank = ({ layer }: SendAttempt) => order.indexOf(layer);
  const attempt = unusable ??
    attempts.reduce<SendAttempt | undefined>(
      (best, each) => best === undefined || rank(each) >= rank(best) ? each : best,
      undefined,
    );
  if (attempt === undefined) return { kind: error.kind, layer: error.layer ?? "port", text: error.message };
  const { kind, layer, text, proxy } = attempt;
  return { kind, layer, text, ...(proxy === undefined ? {} : { proxy }) };
}

/** Status and, where the body is text, its beginning: no dump of bytes on the console (D6). */
function saidWith({ httpStatus, contents, headers }: SendResult): string {
  const location = headers["location"];
  const words = statusWords(httpStatus) +
    (location === undefined ? "" : ` to ${location.slice(0, SHOWN_BODY)}`);
  const text = new TextDecoder().decode(contents).trim();
  const isText = text !== "" && !text.startsWith("<") && /^[\x20-\x7e\s]*$/.test(text);
  return isText ? `${words}: ${text.replace(/\s+/g, " ").slice(0, SHOWN_BODY)}` : words;
}

/** Adds an attempt; equal failures are counted together (D6). */
export function withFailure(outcome: RequestOutcome, failure: RequestFailure): RequestOutcome {
  const { failures } = outcome;
  const last = failures.at(-1);
  const next = last !== undefined && sameFailure(last.failure, failure)
    ? [...failures.slice(0, -1), { failure, times: last.times + 1 }]
    : [...failures, { failure, times: 1 }];
  return { ...outcome, tries: outcome.tries + 1, failures: next };
}

function sameFailure(a: RequestFailure, b: RequestFailure): boolean {
  return a.kind === b.kind && a.layer === b.layer && a.httpStatus === b.httpStatus;
}

/** A request that was not tried yet. */
export function untried(method: "GET" | "POST", url: string): RequestOutcome {
  return { method, url, tries: 0, failures: [] };
}
