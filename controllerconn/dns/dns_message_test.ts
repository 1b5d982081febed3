/** Questions and answers as bytes. */
import { assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import packet from "dns-packet";
import { decodeAnswer, encodeQuestion } from "./dns_message.ts";

const NAME = "controller.example";
const question = { type: "A", name: NAME } as const;

type Message = Parameters<typeof packet.encode>[0];
const encoded = (message: Message) => Uint8Array.from(packet.encode(message));
const response = (message: Message = {}) =>
  encoded({ type: "response", id: 7, questions: [question], ...message });
const a = (data: string, name = NAME) => ({ type: "A", name, ttl: 1, data }) as const;

Deno.test("a question: id, recursion desired, one name, A or AAAA", () => {
  const bytes = encodeQuestion(0xabcd, "a.b", 4);
  assertEquals(bytes.toHex(), "abcd01000001000000000000" + "0161016200" + "00010001");
  assertEquals(encodeQuestion(1, "a.b", 6).slice(-4).toHex(), "001c0001");
});

Deno.test("an answer: its addresses of the asked family in order, behind an alias as well", () => {
  const answers = [
    { type: "CNAME", name: NAME, ttl: 1, data: "c.example" },
    a("10.0.0.2", "c.example"),
    { type: "AAAA", name: "c.example", ttl: 1, data: "fd00::1" },
    a("10.0.0.1", "c.example"),
  ] as const;
  const four = decodeAnswer(response({ answers: [...answers] }), 7, NAME, 4);
  assertEquals(four, { code: "NOERROR", truncated: false, addresses: ["10.0.0.2", "10.0.0.1"] });
  assertEquals(decodeAnswer(response({ answers: [...answers] }), 7, NAME, 6)?.addresses, ["fd00::1"]);
});

Deno.test("an answer that says no, or that was cut", () => {
  assertEquals(decodeAnswer(response({ flags: 3 }), 7, NAME, 4)?.code, "NXDOMAIN");
  assertEquals(decodeAnswer(response({ flags: 0x200 }), 7, NAME, 4)?.truncated, true);
});

Deno.test("no answer to this question: another id, another name, a question, no bytes of DNS", () => {
  const good = response({ answers: [a("10.0.0.1")] });
  assertEquals(decodeAnswer(good, 7, NAME.toUpperCase(), 4)?.addresses, ["10.0.0.1"]);
  assertEquals(decodeAnswer(good, 8, NAME, 4), undefined);
  assertEquals(decodeAnswer(good, 7, "other.example", 4), undefined);
  assertEquals(decodeAnswer(encodeQuestion(7, NAME, 4), 7, NAME, 4), undefined);
  assertEquals(decodeAnswer(response({ questions: [] }), 7, NAME, 4), undefined);
  for (const bytes of [new Uint8Array(0), good.slice(0, 20), new Uint8Array(40).fill(255)]) {
    assertEquals(decodeAnswer(bytes, 7, NAME, 4), undefined);
  }
  // A name that points at itself must end, too.
  const loop = Buffer.from(
    "00078180000100010000000000c00cc00c0001000100000001000401020304".replace("0000000000", "00000000"),
    "hex",
  );
  assertEquals(decodeAnswer(new Uint8Array(loop), 7, NAME, 4), undefined);
});
