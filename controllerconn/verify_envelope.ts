/** The check of one envelope against one signing certificate (`spec/device-api.md §4.4`, `spec/controllerconn.md §10.2`). */
import crypto, { type KeyObject, X509Certificate } from "node:crypto";
import { type AuthContainer, HashAlgorithm, parseAuthContainer, payloadOf } from "./auth_container.ts";
import { ControllerConnError } from "./error.ts";
import { pemCertificates } from "./pem.ts";
import { SenderStatus } from "./sender_status.ts";
import type { OpenedEnvelope, ZCert } from "./types.ts";

/** A verified signing certificate, made ready for use. */
export interface SigningCert {
  /** SHA-256 of the bytes of `ZCert.cert` exactly as received; 32 bytes. */
  readonly hash: Uint8Array;
  readonly publicKey: KeyObject;
}

/** Why an envelope is refused. */
export interface EnvelopeFault {
  readonly status: SenderStatus;
  readonly error: ControllerConnError;
}

const SIGNATURE_BYTES: Readonly<Record<string, number>> = { prime256v1: 64, secp384r1: 96 };

function fault(status: SenderStatus, message: string): EnvelopeFault {
  return {
    status,
    error: new ControllerConnError("envelope-verify", `AuthContainer: ${message}; it is not used`),
  };
}

/** @throws if the certificate or its key can't be read */
export function toSigningCert(cert: ZCert): SigningCert {
  const [first] = pemCertificates(cert.cert);
  return {
    hash: new Uint8Array(crypto.createHash("sha256").update(cert.cert).digest()),
    publicKey: new X509Certificate(first?.der ?? new Uint8Array(0)).publicKey,
  };
}

function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

/** Does the envelope name this certificate as its signer? Undefined if so. */
export function headerFault(container: AuthContainer, signing: SigningCert): EnvelopeFault | undefined {
  const { algo, senderCertHash } = container;
  const { length } = senderCertHash;
  if (length !== 16 && length !== 32) {
    return fault(
      SenderStatus.SenderStatusHashSizeError,
      `expected a senderCertHash of 16 or 32 bytes, ${length} arrived`,
    );
  }
  if (
    algo !== HashAlgorithm.HASH_ALGORITHM_SHA256_16BYTES &&
    algo !== HashAlgorithm.HASH_ALGORITHM_SHA256_32BYTES
  ) {
    return fault(SenderStatus.SenderStatusAlgoFail, `expected hash algorithm 1 or 2, ${algo} arrived`);
  }
  const expected = algo === HashAlgorithm.HASH_ALGORITHM_SHA256_16BYTES
    ? signing.hash.subarray(0, 16)
    : signing.hash;
  if (sameBytes(senderCertHash, expected)) return undefined;
  return fault(
    SenderStatus.SenderStatusCertMiss,
    `signed by the certificate with hash ${senderCertHash.toHex()}, but the controller's stored signing certificate ` +
      `has ${expected.toHex()}; fetch the controller's certificates again`,
  );
}

/** Why the signature over the payload does not hold; undefined if it does. */
function signatureReason(payload: Uint8Array, signature: Uint8Array, key: KeyObject): string | undefined {
  if (key.asymmetricKeyType === "rsa") {
    const holds = crypto.verify(
      "sha256",
      payload,
      { key, padding: crypto.constants.RSA_PKCS1_PADDING },
      signature,
    );
    return holds ? undefined : "RSA signature does not match the payload";
  }
  const length = SIGNATURE_BYTES[key.asymmetricKeyDetails?.namedCurve ?? ""];
  if (length === undefined) {
    return `expected a signing certificate with a P-256, P-384 or RSA key, got ${key.asymmetricKeyType}`;
  }
  // Before the call: the runtime aborts the whole process on a signature of another length.
  if (signature.length !== length) {
    return `expected a signature of ${length} bytes, ${signature.length} arrived`;
  }
  const holds = crypto.verify("sha256", payload, { key, dsaEncoding: "ieee-p1363" }, signature);
  return holds ? undefined : "signature does not match the payload";
}

/** Verifies the signature over the payload; undefined if it holds. */
export function signatureFault(
  container: AuthContainer,
  payload: Uint8Array,
  signing: SigningCert,
): EnvelopeFault | undefined {
  let reason: string | undefined;
  try {
    reason = signatureReason(payload, container.signatureHash, signing.publicKey);
  } catch (cause) {
    reason = `signature can't be checked (${cause instanceof Error ? cause.message : String(cause)})`;
  }
  return reason === undefined ? undefined : fault(SenderStatus.SenderStatusSignVerifyFail, reason);
}

/** An exception becomes an envelope that is refused; one without a kind of ours is kind `envelope`. */
export function neverThrow(work: () => OpenedEnvelope): OpenedEnvelope {
  try {
    return work();
  } catch (cause) {
    const text = `AuthContainer: can't be checked (${cause}); it is not used`;
    const error = cause instanceof ControllerConnError
      ? cause
      : new ControllerConnError("envelope", text, [], { cause });
    return { payload: new Uint8Array(0), status: SenderStatus.SenderStatusNone, error };
  }
}

/**
 * Verifies an envelope against one given signing certificate, e.g. that of a bootstrap configuration after
 * {@linkcode verifyControllerCerts} (`spec/device-api.md §12`). Never throws; kinds `envelope`, `envelope-verify`.
 */
export function verifyAuthContainer(contents: Uint8Array, signing: ZCert): OpenedEnvelope {
  return neverThrow(() => {
    const container = parseAuthContainer(contents);
    const payload = payloadOf(container);
    const certificate = toSigningCert(signing);
    const fault = headerFault(container, certificate) ?? signatureFault(container, payload, certificate);
    if (fault !== undefined) return { payload: new Uint8Array(0), ...fault };
    return { payload, status: SenderStatus.SenderStatusNone };
  });
}
