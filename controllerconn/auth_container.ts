/** The signed envelope on the wire: `org.lfedge.eve.auth.AuthContainer` (`spec/device-api.md §4.1, 4.3, 4.7`). */
import protobuf from "protobufjs/minimal";
import { ControllerConnError } from "./error.ts";
import type { SigningIdentity } from "./identity.ts";
import { finish, lastBytes, lastVarint, readFields, writeBytes, writeVarint } from "./wire.ts";

/** `algo`: how `senderCertHash` was made. */
export const HashAlgorithm = {
  /** Never sent, always refused. */
  HASH_ALGORITHM_INVALID: 0,
  /** The first 16 bytes of SHA-256. */
  HASH_ALGORITHM_SHA256_16BYTES: 1,
  /** All 32 bytes of SHA-256. */
  HASH_ALGORITHM_SHA256_32BYTES: 2,
} as const;

/** An envelope, opened but not verified. Absent bytes are empty. */
export interface AuthContainer {
  /** Undefined if the envelope has no `protectedPayload`; empty if that is empty. */
  readonly payload: Uint8Array | undefined;
  /** One of {@linkcode HashAlgorithm}, or whatever arrived. */
  readonly algo: number;
  /** Names the certificate of the signer; 16 or 32 bytes. */
  readonly senderCertHash: Uint8Array;
  /** ECDSA as raw r‖s, or RSA PKCS#1 v1.5, over SHA-256 of the payload. */
  readonly signatureHash: Uint8Array;
  /** Base64 text of the PEM file; only in `register`. */
  readonly senderCert: Uint8Array;
  /** Serialized `CipherContext`; undefined unless the envelope is encrypted. */
  readonly cipherContext: Uint8Array | undefined;
  /** Serialized `CipherBlock`; undefined unless the envelope is encrypted. */
  readonly cipherData: Uint8Array | undefined;
}

const EMPTY = new Uint8Array(0);

/**
 * Opens an envelope; unknown fields are skipped.
 * @throws {ControllerConnError} `envelope` if it doesn't parse
 */
export function parseAuthContainer(bytes: Uint8Array): AuthContainer {
  const fields = readFields("AuthContainer", bytes);
  const body = lastBytes(fields, 1);
  return {
    payload: body === undefined ? undefined : lastBytes(readFields("AuthBody", body), 1) ?? EMPTY,
    algo: lastVarint(fields, 2),
    senderCertHash: lastBytes(fields, 3) ?? EMPTY,
    signatureHash: lastBytes(fields, 4) ?? EMPTY,
    senderCert: lastBytes(fields, 5) ?? EMPTY,
    cipherContext: lastBytes(fields, 6),
    cipherData: lastBytes(fields, 7),
  };
}

/**
 * The payload that an answer must have.
 * @throws {ControllerConnError} `envelope` if there is none, or if it is encrypted
 */
export function payloadOf(container: AuthContainer): Uint8Array {
  if (container.payload !== undefined) return container.payload;
  const reason = container.cipherData === undefined
    ? "has no payload"
    : "is encrypted, which is not allowed here";
  throw new ControllerConnError("envelope", `AuthContainer: ${reason}; it is not used`);
}

/** Serializes in the order of `spec/device-api.md §4.7`; an empty payload gives `0a 00`. */
export function encodeAuthContainer(container: Partial<AuthContainer>): Uint8Array {
  const writer = new protobuf.Writer();
  if (container.payload !== undefined) {
    const body = new protobuf.Writer();
    if (container.payload.length > 0) writeBytes(body, 1, container.payload);
    writeBytes(writer, 1, body.finish());
  }
  if (container.algo !== undefined && container.algo !== 0) writeVarint(writer, 2, container.algo);
  const rest = [
    [3, container.senderCertHash],
    [4, container.signatureHash],
    [5, container.senderCert],
    [6, container.cipherContext],
    [7, container.cipherData],
  ] as const;
  for (const [number, bytes] of rest) {
    if (bytes !== undefined && (bytes.length > 0 || number > 5)) writeBytes(writer, number, bytes);
  }
  return finish(writer);
}

/**
 * Signs and wraps a payload (`spec/controllerconn.md §10.1`).
 * @param includeSenderCert for `register`: adds the base64 text of the PEM file
 * @throws {ControllerConnError} `identity` if the identity can't sign, or has no hash or certificate to send
 */
export async function addAuthentication(
  identity: SigningIdentity,
  payload: Uint8Array,
  includeSenderCert: boolean,
): Promise<Uint8Array> {
  if (identity.certHash.length !== 32) {
    throw new ControllerConnError(
      "identity",
      `certificate hash: expected 32 bytes, got ${identity.certHash.length}; nothing is sent`,
    );
  }
  if (includeSenderCert && identity.certPem.length === 0) {
    throw new ControllerConnError("identity", "onboarding certificate: the file is empty; nothing is sent");
  }
  return encodeAuthContainer({
    payload,
    algo: HashAlgorithm.HASH_ALGORITHM_SHA256_32BYTES,
    senderCertHash: identity.certHash,
    signatureHash: await identity.sign(payload),
    senderCert: includeSenderCert ? new TextEncoder().encode(identity.certPem.toBase64()) : EMPTY,
  });
}
