/** Reads one gzip member with the texts in its header (RFC 1952), as Go's reader does. @module */

import { Buffer } from "node:buffer";
import { gunzip } from "node:zlib";

/** What stands in front of the deflate data. */
export interface GzipHeader {
  /** Seconds since 1970; 0 = not given. */
  readonly mtime: number;
  readonly name?: string;
  readonly comment?: string;
}

/** Go refuses longer header texts. */
const MAX_TEXT = 511;
const MAX_CONTENT = 64 * 1024 * 1024;

/** @throws Error that says why the bytes are no gzip file. */
export function readGzipHeader(bytes: Uint8Array): GzipHeader {
  if (bytes.length < 18 || bytes[0] !== 0x1f || bytes[1] !== 0x8b || bytes[2] !== 8) {
    throw new Error("not a gzip file");
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = bytes[3] ?? 0;
  let at = 10;
  if ((flags & 4) !== 0) at += 2 + view.getUint16(at, true);
  const text = () => {
    const end = bytes.indexOf(0, at);
    if (end < 0 || end - at > MAX_TEXT) {
      throw new Error(`a gzip header text is not ended after ${MAX_TEXT} bytes`);
    }
    const value = Buffer.from(bytes.subarray(at, end)).toString("latin1");
    at = end + 1;
    return value;
  };
  const name = (flags & 8) !== 0 ? text() : undefined;
  const comment = (flags & 16) !== 0 ? text() : undefined;
  return {
    mtime: view.getUint32(4, true),
    ...(name === undefined ? {} : { name }),
    ...(comment === undefined ? {} : { comment }),
  };
}

/** The content, checksum verified. @throws Error for damaged data, or for more than 64 MiB. */
export function readGzipContent(bytes: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    gunzip(bytes, { maxOutputLength: MAX_CONTENT }, (error, content) => {
      if (error) reject(error);
      else resolve(new Uint8Array(content));
    });
  });
}
