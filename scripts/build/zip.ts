/** Reads single members of a zip archive (a Python wheel is one). */
import { inflateRawSync } from "node:zlib";

/** One file in an archive; sizes in bytes. */
export interface ZipMember {
  readonly name: string;
  readonly size: number;
  readonly read: () => Uint8Array;
}

const endOfDirectory = 0x06054b50;
const directoryEntry = 0x02014b50;

/** Lists the members of an archive held in memory. @throws if it is no zip archive */
export function zipMembers(archive: Uint8Array): ZipMember[] {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  let end = archive.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== endOfDirectory) end--;
  if (end < 0) throw new Error("not a zip archive: no end-of-directory record");
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  const members: ZipMember[] = [];
  for (let i = 0; i < count; i++) {
    if (view.getUint32(at, true) !== directoryEntry) {
      throw new Error("broken zip archive: bad directory entry");
    }
    const method = view.getUint16(at + 10, true);
    const packed = view.getUint32(at + 20, true);
    const size = view.getUint32(at + 24, true);
    const nameLength = view.getUint16(at + 28, true);
    const skip = nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    const header = view.getUint32(at + 42, true);
    const name = new TextDecoder().decode(archive.subarray(at + 46, at + 46 + nameLength));
    members.push({ name, size, read: () => readMember(archive, view, header, packed, method) });
    at += 46 + skip;
  }
  return members;
}

function readMember(
  archive: Uint8Array,
  view: DataView,
  header: number,
  packed: number,
  method: number,
): Uint8Array {
  const start = header + 30 + view.getUint16(header + 26, true) + view.getUint16(header + 28, true);
  const bytes = archive.subarray(start, start + packed);
  if (method === 0) return bytes;
  if (method === 8) return inflateRawSync(bytes);
  throw new Error(`zip member packed with method ${method}, expected 0 or 8`);
}
