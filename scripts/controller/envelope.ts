/** Opens and checks what devices send (`spec/device-api.md §4.5`). @module */

import { Buffer } from "node:buffer";
import { type KeyObject, verify, X509Certificate } from "node:crypto";
import { auth, common } from "../../proto/all.ts";
import { Refusal, refuseUnless } from "./answer.ts";

/** r‖s of a curve, bytes. Any other length makes Deno 2.7.14 panic, so it must be known before. */
const RAW_LENGTH: Readonly<Record<string, number>> = { prime256v1: 64, secp384r1: 96 };
const ALGO_32_BYTES: number = common.HashAlgorithm.HASH_ALGORITHM_SHA256_32BYTES;

/** What a request's envelope looked like. */
export interface EnvelopeSummary {
  readonly algo: number;
  /** Lower-case hexadecimal of `senderCertHash`. */
  readonly hash: string;
  readonly payloadLength: number;
  readonly signatureLength: number;
  readonly hasSenderCert: boolean;
  /** undefined: not looked at, since the request was refused before. */
  signatureOk?: boolean;
}

/** An envelope taken apart, not yet believed. */
export interface RequestEnvelope {
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
  /** base64 text of a PEM file; empty if absent. */
  readonly senderCert: Uint8Array;
  readonly summary: EnvelopeSummary;
}

/** @throws Refusal `status` for an empty or unreadable body */
export function openEnvelope(body: Uint8Array, status: number): RequestEnvelope {
  if (body.length === 0) throw new Refusal(status, "an AuthContainer was expected, the body is empty");
  const container = refuseUnless(
    status,
    "the body is no AuthContainer",
    () => auth.AuthContainer.decode(body),
  );
  const { algo, senderCertHash, signatureHash, senderCert, protectedPayload } = container;
  const payload = protectedPayload?.payload ?? new Uint8Array();
  return {
    payload,
    signature: signatureHash,
    senderCert,
    summary: {
      algo,
      hash: senderCertHash.toHex(),
      payloadLength: payload.length,
      signatureLength: signatureHash.length,
      hasSenderCert: senderCert.length > 0,
    },
  };
}

/**
 * Checks the signature and notes the result in the summary.
 * @param strict only the fixed-length r‖s form; otherwise DER as well, as Adam does
 * @throws Refusal 401
 */
export function requireSignature(envelope: RequestEnvelope, key: KeyObject, strict: boolean): void {
  const { payload, signature, summary } = envelope;
  summary.signatureOk = verifies(payload, signature, key, strict);
  if (!summary.signatureOk) {
    throw new Refusal(401, "the signature does not belong to payload and certificate");
  }
  if (strict && summary.algo !== ALGO_32_BYTES) {
    throw new Refusal(401, `algo 2 (32-byte hash) was expected, ${summary.algo} arrived`);
  }
}

/** The certificate in a base64 text of a PEM file, as `register` carries it twice. */
export function certificateFromBase64Pem(text: Uint8Array): { certPem: string; der: Uint8Array } {
  const base64 = new TextDecoder("utf-8", { fatal: true }).decode(text);
  const certPem = new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.fromBase64(base64));
  return { certPem, der: certificateDer(certPem) };
}

/** DER of the first certificate in a PEM text. */
export function certificateDer(certPem: string): Uint8Array {
  return new Uint8Array(new X509Certificate(certPem).raw);
}

function verifies(payload: Uint8Array, signature: Uint8Array, key: KeyObject, strict: boolean): boolean {
  const data = Buffer.from(payload);
  const check = (encoding: "ieee-p1363" | "der") => {
    try {
      return verify("sha256", data, { key, dsaEncoding: encoding }, Buffer.from(signature));
    } catch {
      return false;
    }
  };
  if (key.asymmetricKeyType === "ec") {
    const rawForm = signature.length === RAW_LENGTH[key.asymmetricKeyDetails?.namedCurve ?? ""];
    return rawForm && check("ieee-p1363") || !strict && check("der");
  }
  return check("der");
}
