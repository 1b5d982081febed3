/** Writes tar archives in the ustar form that every tar reads: plain files only, made in memory. */

/** One file. */
export interface TarEntry {
  /** Relative, with `/` between folders. */
  readonly path: string;
  readonly content: Uint8Array;
}

const BLOCK = 512;
const NAME_BYTES = 100;
const PREFIX_BYTES = 155;
const CHECKSUM_AT = 148;
const encoder = new TextEncoder();

/**
 * All of them, mode 0644, owned by root.
 * @param mtime seconds since 1970
 * @throws {RangeError} naming a path that is too long for ustar (100 bytes, or 255 with a `/` at the right place)
 */
export function tarOf(entries: readonly TarEntry[], mtime: number): Uint8Array {
  const blocks = entries.map(({ content }) => 1 + Math.ceil(content.length / BLOCK));
  const archive = new Uint8Array(BLOCK * (blocks.reduce((sum, count) => sum + count, 0) + 2));
  let at = 0;
  entries.forEach((entry, index) => {
    archive.set(headerOf(entry, mtime), at);
    archive.set(entry.content, at + BLOCK);
    at += BLOCK * (blocks[index] ?? 0);
  });
  return archive;
}

function headerOf({ path, content }: TarEntry, mtime: number): Uint8Array {
  const header = new Uint8Array(BLOCK);
  const text = (at: number, value: string) => header.set(encoder.encode(value), at);
  const octal = (at: number, digits: number, value: number) =>
    text(at, Math.max(0, Math.trunc(value)).toString(8).padStart(digits, "0"));
  const { prefix, name } = splitPath(path);
  text(0, name);
  octal(100, 7, 0o644);
  octal(108, 7, 0);
  octal(116, 7, 0);
  octal(124, 11, content.length);
  octal(136, 11, mtime);
  header.fill(0x20, CHECKSUM_AT, CHECKSUM_AT + 8);
  text(156, "0");
  text(257, "ustar\u000000");
  text(265, "root");
  text(297, "root");
  text(345, prefix);
  octal(CHECKSUM_AT, 6, header.reduce((sum, byte) => sum + byte, 0));
  header[CHECKSUM_AT + 6] = 0;
  return header;
}

function splitPath(path: string): { prefix: string; name: string } {
  const length = (part: string) => encoder.encode(part).length;
  if (length(path) <= NAME_BYTES) return { prefix: "", name: path };
  for (let slash = path.indexOf("/"); slash !== -1; slash = path.indexOf("/", slash + 1)) {
    const [prefix, name] = [path.slice(0, slash), path.slice(slash + 1)];
    if (length(prefix) <= PREFIX_BYTES && length(name) <= NAME_BYTES) return { prefix, name };
  }
  throw new RangeError(`${path}: too long for a tar archive`);
}

/** Compressed as `.tgz` wants it. */
export async function gzip(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([Uint8Array.from(bytes)]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
