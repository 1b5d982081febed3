/**
 * Sets up protobufjs. Every doorway imports this before generated code, which looks at these settings when it loads.
 * @module
 */

import Long from "long";
import protobuf from "protobufjs/minimal";

const { Reader, Writer, util } = protobuf;

// protobufjs looks for Long with `require`, and without it would silently read 64-bit integers as inexact numbers.
util.Long = Long;
// No Buffer: bytes that `encode` and `decode` give are plain Uint8Arrays, and nobody else's: no pool of protobufjs or
// Node behind them, no window that keeps a whole response in memory for the sake of one hash in it.
Reflect.set(util, "Buffer", null);
protobuf.configure();
Writer.alloc = (size) => new Uint8Array(size);
Reader.prototype.raw = function (start, end) {
  return new Uint8Array(this.buf.subarray(start, end));
};

// Go refuses a whole message for one lone surrogate (invalid UTF-8); JSON files can hold one.
const writeString = Writer.prototype.string;
Writer.prototype.string = function (value) {
  return writeString.call(this, value.isWellFormed() ? value : value.toWellFormed());
};
