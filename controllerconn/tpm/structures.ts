/** The structures of TPM 2.0 that the tools read and write (TPM 2.0 Library, Part 2, §10.11, 11.2.5, 11.3.4). */
import { ControllerConnError } from "../error.ts";

const COORDINATE_BYTES = 32;
const TPM_ALG_ECDSA = 0x0018;
const TPM_ALG_SHA256 = 0x000b;

const uint16 = (value: number) => Uint8Array.of(value >> 8, value & 255);

function refuse(what: string, expected: string, bytes: Uint8Array): never {
  throw new ControllerConnError(
    "identity",
    `TPM: expected ${what} (${expected}), got ${bytes.length} bytes that are none; nothing is sent`,
  );
}

/** Two sized big-endian numbers that end the bytes; each 32 bytes, zeros in front. */
function readPair(bytes: Uint8Array, start: number): Uint8Array | undefined {
  const pair = new Uint8Array(2 * COORDINATE_BYTES);
  let at = start;
  for (const end of [COORDINATE_BYTES, 2 * COORDINATE_BYTES]) {
    const length = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
    const number = bytes.subarray(at + 2, at + 2 + length);
    if (length === 0 || length > COORDINATE_BYTES || number.length !== length) return undefined;
    pair.set(number, end - length);
    at += 2 + length;
  }
  return at === bytes.length ? pair : undefined;
}

/**
 * `TPMT_SIGNATURE` with ECDSA over SHA-256 → r‖s, 64 bytes.
 * @throws {ControllerConnError} `identity`
 */
export function readEcdsaSignature(bytes: Uint8Array): Uint8Array {
  const algorithms = Uint8Array.of(...uint16(TPM_ALG_ECDSA), ...uint16(TPM_ALG_SHA256)).toHex();
  const pair = bytes.subarray(0, 4).toHex() === algorithms ? readPair(bytes, 4) : undefined;
  return pair ?? refuse("a signature", "TPMT_SIGNATURE, ECDSA over SHA-256 on P-256", bytes);
}

/**
 * `TPM2B_ECC_POINT` → X‖Y, 64 bytes.
 * @throws {ControllerConnError} `identity`
 */
export function readEccPoint(bytes: Uint8Array): Uint8Array {
  const length = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
  const pair = length === bytes.length - 2 ? readPair(bytes, 2) : undefined;
  return pair ?? refuse("a point", "TPM2B_ECC_POINT on P-256", bytes);
}

/** An uncompressed point (`04 X Y`, 65 bytes) → `TPM2B_ECC_POINT`. */
export function writeEccPoint(point: Uint8Array): Uint8Array {
  const size = uint16(COORDINATE_BYTES);
  const x = point.subarray(1, 1 + COORDINATE_BYTES);
  const y = point.subarray(1 + COORDINATE_BYTES);
  const content = [...size, ...x, ...size, ...y];
  return Uint8Array.of(...uint16(content.length), ...content);
}
