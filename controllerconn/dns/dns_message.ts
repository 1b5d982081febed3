/** Questions for addresses and the answers to them, as bytes (RFC 1035). Pure. */
import { Buffer } from "node:buffer";
import packet from "dns-packet";

/** What an answer says. */
export interface DnsAnswer {
  /** `NOERROR`, `NXDOMAIN`, `SERVFAIL` … */
  readonly code: string;
  /** Of the asked family, in the order of the answer. */
  readonly addresses: readonly string[];
  /** Cut: to be asked again over TCP. */
  readonly truncated: boolean;
}

const RECURSION_DESIRED = 0x100;
const TRUNCATED = 0x200;

/** @param id 16 bits */
export function encodeQuestion(id: number, host: string, family: 4 | 6): Uint8Array<ArrayBuffer> {
  const type = family === 4 ? "A" : "AAAA";
  return Uint8Array.from(
    packet.encode({ type: "query", id, flags: RECURSION_DESIRED, questions: [{ type, name: host }] }),
  );
}

/** @returns undefined if the bytes are no answer to this question */
export function decodeAnswer(
  bytes: Uint8Array,
  id: number,
  host: string,
  family: 4 | 6,
): DnsAnswer | undefined {
  const message = decode(bytes);
  if (message === undefined || message["type"] !== "response" || message["id"] !== id) return undefined;
  const [question] = records(message["questions"]);
  if (question === undefined || String(question["name"]).toLowerCase() !== host.toLowerCase()) {
    return undefined;
  }
  const type = family === 4 ? "A" : "AAAA";
  return {
    code: String(message["rcode"]),
    truncated: (Number(message["flags"]) & TRUNCATED) !== 0,
    addresses: records(message["answers"]).filter((record) => record["type"] === type)
      .map((record) => String(record["data"])),
  };
}

type Fields = Readonly<Record<string, unknown>>;

function decode(bytes: Uint8Array): Fields | undefined {
  try {
    const message: unknown = packet.decode(Buffer.from(bytes));
    return isFields(message) ? message : undefined;
  } catch {
    return undefined;
  }
}

function records(list: unknown): Fields[] {
  return Array.isArray(list) ? list.filter(isFields) : [];
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}
