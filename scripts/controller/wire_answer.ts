/** From a decided answer and a fault to the bytes on the wire. @module */

import type { Answer } from "./answer.ts";
import type { Fault } from "./fault.ts";
import { seal } from "./seal.ts";
import type { Signer } from "./certificates.ts";

/** What node:http is to send. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Not protobuf: a field of wire type 7, which does not exist. */
const GARBAGE = new Uint8Array(64).fill(0xff);
const PROTOBUF = "application/x-proto-binary";

/** Seals, spoils, adds headers. Every non-empty body has a Content-Type unless the fault takes it away. */
export function wireAnswer(answer: Answer, signer: Signer, fault: Fault = {}): WireAnswer {
  const status = fault.status ?? answer.status;
  const body = cut(chooseBody(answer, signer, fault), fault.truncateBody);
  const contentType = fault.contentType === undefined ? usualType(answer, body) : fault.contentType;
  return {
    status,
    body,
    headers: {
      ...(contentType === null ? {} : { "Content-Type": contentType }),
      ...(fault.retryAfter === undefined ? {} : { "Retry-After": fault.retryAfter }),
      ...(fault.connectionClose === true ? { "Connection": "close" } : {}),
      ...fault.headers,
    },
  };
}

function chooseBody(answer: Answer, signer: Signer, fault: Fault): Uint8Array {
  if (fault.bodyLength !== undefined) return new Uint8Array(fault.bodyLength).fill(0x55);
  if (fault.body !== undefined) return choose(fault.body);
  if (answer.text !== undefined) return new TextEncoder().encode(`${answer.text}\n`);
  const payload = fault.payload === undefined ? answer.payload : choose(fault.payload);
  return payload === undefined ? new Uint8Array() : seal(payload, signer, fault.envelope);
}

function choose(content: "empty" | "garbage" | Uint8Array): Uint8Array {
  if (content === "empty") return new Uint8Array();
  return content === "garbage" ? GARBAGE : content;
}

function cut(body: Uint8Array, length: number | undefined): Uint8Array {
  return length === undefined ? body : body.subarray(0, length);
}

function usualType(answer: Answer, body: Uint8Array): string | null {
  if (body.length === 0) return null;
  return answer.text === undefined ? PROTOBUF : "text/plain; charset=utf-8";
}
