/**
 * Points of P-256, as far as ECDH through the runtime leaves gaps: it ends the whole process on a point that is not on
 * the curve, and gives X of the shared point only, where the key needs X and Y (`spec/device-api.md §7`).
 */

const P = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;

/** The order of the group. */
export const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** Length of a coordinate and of a private scalar. */
export const COORDINATE_BYTES = 32;

const modulo = (value: bigint) => ((value % P) + P) % P;

/** A big-endian number. */
export function toNumber(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${bytes.toHex()}`);
}

/** 32 bytes, big-endian, zeros in front. */
export function toBytes(number: bigint): Uint8Array {
  return Uint8Array.fromHex(number.toString(16).padStart(2 * COORDINATE_BYTES, "0"));
}

function inverse(value: bigint): bigint {
  let result = 1n;
  let power = modulo(value);
  for (let exponent = P - 2n; exponent > 0n; exponent >>= 1n) {
    if ((exponent & 1n) === 1n) result = modulo(result * power);
    power = modulo(power * power);
  }
  return result;
}

const rightSide = (x: bigint) => modulo(x * x * x - 3n * x + B);

/** Is this an uncompressed point (`04 X Y`, 65 bytes) of the curve? */
export function isOnCurve(point: Uint8Array): boolean {
  if (point.length !== 1 + 2 * COORDINATE_BYTES || point[0] !== 4) return false;
  const [x, y] = coordinates(point);
  return x < P && y < P && modulo(y * y) === rightSide(x);
}

/** X and Y of an uncompressed point. */
export function coordinates(point: Uint8Array): readonly [x: bigint, y: bigint] {
  return [
    toNumber(point.subarray(1, 1 + COORDINATE_BYTES)),
    toNumber(point.subarray(1 + COORDINATE_BYTES)),
  ];
}

/**
 * Y of `d × Q`, from what is known of three points on a line of the addition law: X of `d × Q`, X of `(d + 1) × Q`,
 * and Q (Brier and Joye, "Weierstraß elliptic curves and side-channel attacks", §4).
 */
export function recoverY(x: bigint, xOfNext: bigint, point: Uint8Array): bigint {
  const [xq, yq] = coordinates(point);
  const difference = x - xq;
  const sum = rightSide(x) + yq * yq - (xOfNext + x + xq) * difference * difference;
  return modulo(sum * inverse(2n * yq));
}
