/** Puts answers into signed envelopes, well or badly on purpose (`spec/device-api.md §4`). @module */

import { Buffer } from "node:buffer";
import { sign } from "node:crypto";
import { auth, common } from "../../proto/all.ts";
import type { Signer } from "./certificates.ts";
import type { EnvelopeFault } from "./fault.ts";

const { HASH_ALGORITHM_INVALID, HASH_ALGORITHM_SHA256_16BYTES, HASH_ALGORITHM_SHA256_32BYTES } =
  common.HashAlgorithm;

/** The AuthContainer's bytes: algo 2, 32-byte hash of the trimmed PEM, ECDSA as r‖s or RSA PKCS#1 v1.5. */
export function seal(payload: Uint8Array, signer: Signer, fault?: EnvelopeFault): Uint8Array {
  const container = {
    protectedPayload: { payload },
    algo: HASH_ALGORITHM_SHA256_32BYTES,
    senderCertHash: signer.certHash,
    signatureHash: signature(payload, signer),
  };
  return auth.AuthContainer.encode(spoil(container, fault)).finish();
}

function signature(payload: Uint8Array, signer: Signer): Uint8Array {
  const options = signer.kind === "P-256" ? { dsaEncoding: "ieee-p1363" as const } : {};
  return new Uint8Array(sign("sha256", Buffer.from(payload), { key: signer.key, ...options }));
}

interface Sealed {
  readonly protectedPayload: { readonly payload: Uint8Array };
  readonly algo: common.HashAlgorithm;
  readonly senderCertHash: Uint8Array;
  readonly signatureHash: Uint8Array;
}

function spoil(container: Sealed, fault: EnvelopeFault | undefined): auth.IAuthContainer {
  const { senderCertHash, signatureHash, protectedPayload } = container;
  switch (fault) {
    case undefined:
      return container;
    case "wrong-signature":
      return { ...container, signatureHash: flipped(signatureHash) };
    case "short-signature":
      return { ...container, signatureHash: signatureHash.subarray(0, 7) };
    case "no-signature":
      return { ...container, signatureHash: new Uint8Array() };
    case "flipped-payload":
      return { ...container, protectedPayload: { payload: flipped(protectedPayload.payload) } };
    case "unknown-hash":
      return { ...container, senderCertHash: flipped(senderCertHash) };
    case "no-hash":
      return { ...container, senderCertHash: new Uint8Array() };
    case "hash-16":
      return {
        ...container,
        algo: HASH_ALGORITHM_SHA256_16BYTES,
        senderCertHash: senderCertHash.subarray(0, 16),
      };
    case "hash-20":
      return { ...container, senderCertHash: senderCertHash.subarray(0, 20) };
    case "algo-0":
      return { ...container, algo: HASH_ALGORITHM_INVALID };
  }
}

/** The last bit is another one. */
function flipped(bytes: Uint8Array): Uint8Array {
  const copy = bytes.length === 0 ? new Uint8Array(1) : bytes.slice();
  copy[copy.length - 1] = (copy.at(-1) ?? 0) ^ 1;
  return copy;
}
