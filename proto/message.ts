/** What all generated message types share. @module */

/** Where `encode` writes: `X.encode(message).finish()` gives the bytes. */
export interface Writer {
  /** Ends the message. The bytes belong to the caller. */
  finish(): Uint8Array<ArrayBuffer>;
}

/** How `toObject` shows values; without options Long, enum numbers and Uint8Array stay what they are. */
export interface ConversionOptions {
  /** 64-bit integers: `String` and `BigInt` are exact, `Number` is not above 2^53. */
  longs?: StringConstructor | NumberConstructor | BigIntConstructor;
  /** Enum numbers as names; a number without a name stays a number. */
  enums?: StringConstructor;
  /** Bytes as base64 or as a list of numbers. */
  bytes?: StringConstructor | ArrayConstructor;
  /** Also shows fields, lists and maps that are not set. */
  defaults?: boolean;
  /** Also shows empty lists. */
  arrays?: boolean;
  /** Also shows empty maps. */
  objects?: boolean;
  /** Also shows which member of each oneof is set, under the oneof's name. */
  oneofs?: boolean;
  /** NaN and infinite numbers as text. */
  json?: boolean;
}

/** A message type that converts from JSON-like objects, as in `proto/all.ts`. */
export interface Convertible<Message extends object> {
  /** Drops what it does not know without a word: use `fromJson` of `proto/json.ts`. */
  fromObject(object: object): Message;
  /** The other way round. */
  toObject(message: NoInfer<Message>, options?: ConversionOptions): Record<string, unknown>;
}
