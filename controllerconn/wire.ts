/** Field-by-field reading of protobuf messages, tolerant of what it doesn't know, strict about what is broken. */
import protobuf from "protobufjs/minimal";
import { ControllerConnError } from "./error.ts";

/** A varint or a length-delimited field; other wire types are skipped as unknown. */
export type WireField =
  | { readonly number: number; readonly varint: number }
  | { readonly number: number; readonly bytes: Uint8Array };

/**
 * All fields of a message in wire order; bytes are copies.
 * @param what named in the error
 * @throws {ControllerConnError} `envelope` if the bytes are no protobuf message
 */
export function readFields(what: string, message: Uint8Array): WireField[] {
  try {
    const reader = new protobuf.Reader(message);
    const fields: WireField[] = [];
    while (reader.pos < reader.len) {
      const tag = reader.uint32();
      const number = tag >>> 3;
      if (number === 0) throw new RangeError("field number 0");
      if ((tag & 7) === 0) fields.push({ number, varint: reader.uint32() });
      else if ((tag & 7) === 2) fields.push({ number, bytes: Uint8Array.from(reader.bytes()) });
      else reader.skipType(tag & 7);
    }
    return fields;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ControllerConnError(
      "envelope",
      `${what}: expected a protobuf message, ${message.length} bytes arrived that are none (${reason}); nothing is used`,
      [],
      { cause },
    );
  }
}

/** The last value of a length-delimited field, as protobuf has it. */
export function lastBytes(fields: readonly WireField[], number: number): Uint8Array | undefined {
  const field = fields.findLast((field) => field.number === number && "bytes" in field);
  return field !== undefined && "bytes" in field ? field.bytes : undefined;
}

/** The last value of a varint field, 0 if absent. */
export function lastVarint(fields: readonly WireField[], number: number): number {
  const field = fields.findLast((field) => field.number === number && "varint" in field);
  return field !== undefined && "varint" in field ? field.varint : 0;
}

/** Appends a length-delimited field. */
export function writeBytes(writer: protobuf.Writer, number: number, bytes: Uint8Array): void {
  writer.uint32((number << 3) | 2).bytes(bytes);
}

/** Appends a varint field. */
export function writeVarint(writer: protobuf.Writer, number: number, value: number): void {
  writer.uint32(number << 3).uint32(value);
}

/** What was written, as a plain array of its own. */
export function finish(writer: protobuf.Writer): Uint8Array {
  return Uint8Array.from(writer.finish());
}
