/** Writes one gzip member with the header texts that newlogd writes (`spec/loguploader.md §2.2`). @module */

import { Buffer } from "node:buffer";
import { crc32, deflateRawSync } from "node:zlib";

/** A member: at most one of the texts, as in EVE's files. */
export interface GzipMember {
  /** Goes into FNAME: the app's display name. */
  readonly name?: string;
  /** Goes into FCOMMENT: the JSON of a device file. */
  readonly comment?: string;
  /** Milliseconds since 1970; written in whole seconds. */
  readonly mtimeMs: number;
  readonly content: Uint8Array;
  /** Deflate level, default 9 as newlogd. */
  readonly level?: number;
}

const FNAME = 0x08;
const FCOMMENT = 0x10;

/** The file's bytes: header with XFL 2 and OS 255, deflate data, CRC32, length. */
export function gzipMember(member: GzipMember): Uint8Array {
  const { name, comment, content } = member;
  const header = Buffer.alloc(10);
  header.set([0x1f, 0x8b, 8, (name === undefined ? 0 : FNAME) | (comment === undefined ? 0 : FCOMMENT)]);
  header.writeUInt32LE(Math.floor(member.mtimeMs / 1000), 4);
  header.set([2, 255], 8);
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(content), 0);
  trailer.writeUInt32LE(content.length % 2 ** 32, 4);
  return Buffer.concat([
    header,
    ...(name === undefined ? [] : [headerText(name)]),
    ...(comment === undefined ? [] : [headerText(comment)]),
    deflateRawSync(content, { level: member.level ?? 9 }),
    trailer,
  ]);
}

/** Latin-1 with NUL at the end; if the text has NUL or anything above U+00FF, those stand as escapes. */
function headerText(text: string): Uint8Array {
  const escaped = Array.from(text, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code > 0 && code <= 0xff) return character;
    return code > 0xffff
      ? `\\U${code.toString(16).padStart(8, "0")}`
      : `\\u${code.toString(16).padStart(4, "0")}`;
  }).join("");
  return Buffer.from(`${escaped}\0`, "latin1");
}
