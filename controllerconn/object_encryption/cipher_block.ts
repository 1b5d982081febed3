/** Decrypts what the controller encrypts for this device alone: `CipherBlock` (`spec/device-api.md §7`). */
import crypto, { X509Certificate } from "node:crypto";
import { ControllerConnError } from "../error.ts";
import { pemCertificates } from "../pem.ts";
import { checkPublicPoint, type SharedSecret } from "./shared_secret.ts";

/** `CipherContext`: which certificates and which algorithms; the hashes are opaque and only compared. */
export interface CipherContextFields {
  /** What a block refers to. */
  readonly contextId: string;
  /** 1 = ECDH. */
  readonly keyExchangeScheme: number;
  /** 1 = AES-256-CFB. */
  readonly encryptionScheme: number;
  /** Of the device's ECDH certificate. */
  readonly deviceCertHash: Uint8Array;
  /** Of the controller's certificate. */
  readonly controllerCertHash: Uint8Array;
}

/** `CipherBlock` */
export interface CipherBlockFields {
  /** Its context. */
  readonly cipherContextId: string;
  /** 16 bytes. */
  readonly initialValue: Uint8Array;
  /** As long as the clear text. */
  readonly cipherData: Uint8Array;
  /** SHA-256 of the clear text, 32 bytes. */
  readonly clearTextSha256: Uint8Array;
}

/** Where the two halves of the key exchange are found. */
export interface CipherKeys {
  /** PEM of the controller's certificate that was announced with this hash; undefined if there is none. */
  controllerCert(certHash: Uint8Array): Uint8Array | undefined;
  /** The private half of the device's certificate with this hash; undefined if there is none. */
  sharedSecret(deviceCertHash: Uint8Array): SharedSecret | undefined;
}

const KEA_ECDH = 1;
const SA_AES_256_CFB = 1;
const IV_BYTES = 16;
const HASH_BYTES = 32;
const POINT_BYTES = 64;

/**
 * The clear text, normally an `EncryptionBlock`.
 * @param context the one with the id `block.cipherContextId`; undefined if it has not come yet
 * @throws {ControllerConnError} `cipher`, naming the block's context and the check that failed; whatever
 * `keys.sharedSecret` throws
 */
export async function decryptCipherBlock(
  block: CipherBlockFields,
  context: CipherContextFields | undefined,
  keys: CipherKeys,
): Promise<Uint8Array> {
  const fault = blockFault(block) ?? contextFault(block, context);
  if (fault !== undefined || context === undefined) refuse(block, fault ?? "no context");
  const publicPoint = controllerPoint(block, context, keys);
  const sharedSecret = keys.sharedSecret(context.deviceCertHash);
  if (sharedSecret === undefined) {
    refuse(block, `no key for the device certificate with hash ${context.deviceCertHash.toHex()}`);
  }
  const shared = await sharedSecret(publicPoint);
  if (shared.length !== POINT_BYTES) {
    refuse(block, `expected a shared point of ${POINT_BYTES} bytes, got ${shared.length}`);
  }
  const { cfb } = await import("@noble/ciphers/aes.js"); // its tables take 1.3 MB, and few devices have such a block
  const clearText = cfb(sha256(shared), block.initialValue).decrypt(block.cipherData);
  if (!crypto.timingSafeEqual(sha256(clearText), block.clearTextSha256)) {
    refuse(block, "the SHA-256 of the clear text is not clearTextSha256: other keys, or changed data");
  }
  return clearText;
}

function blockFault(block: CipherBlockFields): string | undefined {
  const { cipherContextId, initialValue, cipherData, clearTextSha256 } = block;
  if (cipherContextId === "") return "expected a cipherContextId, got an empty one";
  if (cipherData.length === 0) return "expected cipherData, got none";
  if (initialValue.length !== IV_BYTES) {
    return `expected an initialValue of ${IV_BYTES} bytes, got ${initialValue.length}`;
  }
  if (clearTextSha256.length !== HASH_BYTES) {
    return `expected a clearTextSha256 of ${HASH_BYTES} bytes, got ${clearTextSha256.length}`;
  }
  return undefined;
}

function contextFault(
  block: CipherBlockFields,
  context: CipherContextFields | undefined,
): string | undefined {
  if (context === undefined) return "no cipher context with this id has come";
  if (context.contextId !== block.cipherContextId) {
    return `the context handed in is ${JSON.stringify(context.contextId)}`;
  }
  if (context.keyExchangeScheme !== KEA_ECDH) {
    return `expected key exchange ${KEA_ECDH} (ECDH), got ${context.keyExchangeScheme}`;
  }
  if (context.encryptionScheme !== SA_AES_256_CFB) {
    return `expected encryption ${SA_AES_256_CFB} (AES-256-CFB), got ${context.encryptionScheme}`;
  }
  return undefined;
}

function controllerPoint(
  block: CipherBlockFields,
  { controllerCertHash }: CipherContextFields,
  keys: CipherKeys,
): Uint8Array {
  const what = `the controller certificate with hash ${controllerCertHash.toHex()}`;
  const pem = keys.controllerCert(controllerCertHash);
  if (pem === undefined) refuse(block, `${what} is not known`);
  const [first] = pemCertificates(pem);
  if (first === undefined) refuse(block, `${what}: expected PEM, found no CERTIFICATE block`);
  const point = publicPointOf(block, what, first.der);
  checkPublicPoint(point);
  return point;
}

function publicPointOf(block: CipherBlockFields, what: string, der: Uint8Array): Uint8Array {
  let key: crypto.KeyObject;
  try {
    key = new X509Certificate(der).publicKey;
  } catch (cause) {
    return refuse(block, `${what} can't be read, or its key is no point of its curve`, cause);
  }
  const curve = key.asymmetricKeyDetails?.namedCurve ?? key.asymmetricKeyType ?? "unknown";
  if (curve !== "prime256v1") refuse(block, `${what}: expected a key on P-256, got ${curve}`);
  return new Uint8Array(key.export({ format: "der", type: "spki" })).slice(-(1 + POINT_BYTES));
}

const sha256 = (bytes: Uint8Array) => new Uint8Array(crypto.createHash("sha256").update(bytes).digest());

function refuse(block: CipherBlockFields, reason: string, cause?: unknown): never {
  throw new ControllerConnError(
    "cipher",
    `cipher block of context ${JSON.stringify(block.cipherContextId)}: ${reason}; it is not decrypted`,
    [],
    cause === undefined ? undefined : { cause },
  );
}
