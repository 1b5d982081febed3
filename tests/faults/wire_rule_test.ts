/** Where application data begins, and where a rule strikes, however the bytes are cut into pieces. */
import { assertEquals } from "@std/assert";
import { ByteCount, type ByteRule, RecordReader } from "./wire_rule.ts";

const record = (
  type: number,
  length: number,
) => [type, 3, 3, length >> 8, length & 255, ...Array(length).fill(23)];
const HANDSHAKE = [...record(22, 300), ...record(20, 1)];
const STREAM = Uint8Array.from([...HANDSHAKE, ...record(23, 1000), ...record(23, 10)]);
const BEGIN = HANDSHAKE.length;

function pieces(size: number): Uint8Array[] {
  const list: Uint8Array[] = [];
  for (let at = 0; at < STREAM.length; at += size) list.push(STREAM.subarray(at, at + size));
  return list;
}

/** Bytes that pass before the rule strikes; undefined if it does not. */
function passing(rule: Pick<ByteRule, "phase" | "byte">, size: number): number | undefined {
  const count = new ByteCount({ of: "device", then: "reset", ...rule });
  const records = new RecordReader();
  let passed = 0;
  for (const piece of pieces(size)) {
    const at = count.strikesAt(piece, records.read(piece));
    if (at !== undefined) return passed + at;
    passed += piece.length;
  }
  return undefined;
}

Deno.test("a rule strikes at its byte, in pieces of any size", () => {
  for (const size of [1, 2, 3, 4, 5, 6, 7, 100, 304, 305, 306, 5000]) {
    assertEquals(passing({ phase: "connection", byte: 0 }, size), 0);
    assertEquals(passing({ phase: "connection", byte: 100 }, size), 100);
    assertEquals(passing({ phase: "application", byte: 0 }, size), BEGIN, `pieces of ${size}`);
    assertEquals(passing({ phase: "application", byte: 700 }, size), BEGIN + 700);
    assertEquals(passing({ phase: "application", byte: STREAM.length - BEGIN - 1 }, size), STREAM.length - 1);
    assertEquals(passing({ phase: "application", byte: STREAM.length }, size), undefined);
  }
});
