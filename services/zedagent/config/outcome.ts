/**
 * What came of a config request: the answer of the network, the envelope and the message put into one of a few kinds
 * (`spec/zedagent.md §4.3`). Pure but for the signature check that it is handed.
 */
import { STATUS_CODE } from "@std/http/status";
import type { ConfigResponse, EdgeDevConfig } from "../../../proto/device.ts";
import { type OpenedEnvelope, SenderStatus, type SendResult } from "../../../controllerconn/mod.ts";
import { decodeConfigResponse } from "./received_config.ts";

/** A request that got no usable answer, by what the device does about it. */
export type FailureKind =
  /** 403 */
  | "forbidden"
  /** 400, 404 */
  | "not-found"
  /** 401: also an answer to a device that was deleted. */
  | "unauthorized"
  /** 503, or nobody listens: reachable in principle. */
  | "temporary"
  /** The server's TLS certificate has expired or is not valid yet. */
  | "server-cert-invalid"
  /** Its envelope could not be checked for want of a certificate. */
  | "cert-miss"
  | "other";

/** One of the rows of the table. */
export type Outcome =
  /** 304 */
  | { readonly kind: "not-modified" }
  /** 2xx with the hash that we have. */
  | { readonly kind: "same-hash" }
  | {
    readonly kind: "config";
    readonly config: EdgeDevConfig;
    readonly configHash: string;
    /** The AuthContainer as received, for `lastconfig`. */
    readonly envelope: Uint8Array;
  }
  /** 2xx that can't be used. `led`: 3, or 15 for a bad envelope. */
  | {
    readonly kind: "invalid";
    readonly led: 3 | 15;
    readonly requestCerts: boolean;
    readonly reason: string;
  }
  /** `retryAfterMs`: what the answer asked for. */
  | {
    readonly kind: "failed";
    readonly failure: FailureKind;
    readonly reason: string;
    readonly retryAfterMs?: number;
  }
  /** The program ends. */
  | { readonly kind: "aborted" };

const HTTP_NOT_MODIFIED = 304;
const protobufType = "application/x-proto-binary";

/** @param open removes and verifies the envelope */
export function outcomeOf(
  result: SendResult,
  sentHash: string,
  open: (contents: Uint8Array) => OpenedEnvelope,
): Outcome {
  if (result.error !== undefined) {
    if (result.error.kind === "aborted") return { kind: "aborted" };
    return { kind: "failed", failure: failureOf(result), reason: result.error.message };
  }
  if (result.httpStatus === HTTP_NOT_MODIFIED) return { kind: "not-modified" };
  const type = mediaType(result.headers["content-type"]);
  if (result.contents.length > 0 && type !== protobufType) {
    return invalid(3, `config: expected Content-Type ${protobufType}, got ${type || "none"}`);
  }
  const opened = open(result.contents);
  if (opened.error !== undefined) {
    const requestCerts = opened.status === SenderStatus.SenderStatusCertMiss ||
      opened.status === SenderStatus.SenderStatusCertInvalid || opened.error.kind === "no-controller-cert";
    return invalid(15, opened.error.message, requestCerts);
  }
  return responseOf(opened.payload, sentHash, result.contents);
}

function responseOf(payload: Uint8Array, sentHash: string, envelope: Uint8Array): Outcome {
  let response: ConfigResponse;
  try {
    response = decodeConfigResponse(payload);
  } catch (error) {
    return invalid(3, `ConfigResponse: ${payload.length} bytes that don't decode (${String(error)})`);
  }
  const { configHash } = response;
  if (configHash === "") return invalid(3, "ConfigResponse: expected a configHash, got an empty one");
  if (configHash === sentHash) return { kind: "same-hash" };
  const config: EdgeDevConfig | null = response.config;
  if (config === null) {
    return invalid(3, `ConfigResponse: new hash ${configHash.slice(0, 100)} without a config`);
  }
  return { kind: "config", config, configHash, envelope };
}

function failureOf(result: SendResult): FailureKind {
  switch (result.status) {
    case SenderStatus.SenderStatusForbidden:
      return "forbidden";
    case SenderStatus.SenderStatusNotFound:
      return "not-found";
    case SenderStatus.SenderStatusUpgrade:
    case SenderStatus.SenderStatusRefused:
      return "temporary";
    case SenderStatus.SenderStatusCertInvalid:
      return "server-cert-invalid";
    case SenderStatus.SenderStatusCertMiss:
      return "cert-miss";
    default:
      return result.lastHTTPStatusCode === STATUS_CODE.Unauthorized ? "unauthorized" : "other";
  }
}

function invalid(led: 3 | 15, reason: string, requestCerts = false): Outcome {
  return { kind: "invalid", led, requestCerts, reason: `${reason}; the configuration in force stays` };
}

function mediaType(header: string | undefined): string {
  return (header ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
}
