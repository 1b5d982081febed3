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
const MOST_NAME_CHARS = 253;
const MOST_LABEL_CHARS = 63;

/** @param id 16 bits @throws {Error} if the host can't be a name of DNS */
export function encodeQuestion(id: number, host: string, family: 4 | 6): Uint8Array<ArrayBuffer> {
  const type = family === 4 ? "A" : "AAAA";
  const name = host.replace(/\.$/, "");
  const isName = name.length <= MOST_NAME_CHARS &&
    name.split(".").every((label) => label.length > 0 && label.length <= MOST_LABEL_CHARS);
  if (!isName) throw new Error(`${JSON.stringify(host)} is no name of DNS, it is not asked for`);
  return Uint8Array.from(
    packet.encode({ type: "query", id, flags: RECURSION_DESIRED, questions: [{ type, name }] }),
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
  const wanted = host.replace(/\.$/, "").toLowerCase();
  if (question === undefined || String(question["name"]).toLowerCase() !== wanted) return undefined;
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
