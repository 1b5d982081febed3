/** 64-bit integers, exactly: generated messages hold them as Long, the rest of the program as bigint. @module */

import Long from "long";

/**
 * The exact value. A number must be an integer; above 2^53 it has lost its digits before it came here.
 * @throws RangeError for a fraction, SyntaxError for text that is no decimal integer.
 */
export function toBigInt(value: Long | number | string): bigint {
  return typeof value === "object" ? value.toBigInt() : BigInt(value);
}

/**
 * A Long for a field of a message: `unsigned` for uint64 and fixed64.
 * @throws RangeError when the value does not fit into 64 bits of that kind.
 */
export function fromBigInt(value: bigint, unsigned: boolean): Long {
  const fits = unsigned ? BigInt.asUintN(64, value) === value : BigInt.asIntN(64, value) === value;
  if (!fits) throw new RangeError(`${value} does not fit into ${unsigned ? "a uint64" : "an int64"}`);
  return new Long(Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n)), unsigned);
}
