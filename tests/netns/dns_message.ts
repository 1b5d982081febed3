/** As much of DNS messages as a nameserver for tests needs (RFC 1035). Pure. */
import { isIP } from "node:net";
import { concat } from "../../controllerconn/testdata/der.ts";

/** The question of a query. */
export interface Question {
  readonly id: number;
  /** Lower case, without the last dot. */
  readonly name: string;
  /** 1 A, 28 AAAA, others by number. */
  readonly type: number;
  /** The question as it stood in the query. */
  readonly raw: Uint8Array;
}

export const A = 1;
export const AAAA = 28;

export const ResponseCode = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 } as const;
export type ResponseCode = typeof ResponseCode[keyof typeof ResponseCode];

const HEADER = 12;
/** Long, so that whoever caches what it must not is found out. */
const TTL_SECONDS = 300;
const SOA = 6;

/** The one question of a query; undefined for what is none. */
export function parseQuery(message: Uint8Array): Question | undefined {
  if (message.length < HEADER) return undefined;
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const isResponse = (view.getUint16(2) & 0x8000) !== 0;
  if (isResponse || view.getUint16(4) !== 1) return undefined;
  const labels: string[] = [];
  let at = HEADER;
  for (;;) {
    const length = message[at++];
    if (length === undefined || length > 63) return undefined;
    if (length === 0) break;
    labels.push(new TextDecoder().decode(message.subarray(at, at + length)));
    at += length;
  }
  if (at + 4 > message.length) return undefined;
  const name = labels.join(".").toLowerCase();
  return { id: view.getUint16(0), name, type: view.getUint16(at), raw: message.slice(HEADER, at + 4) };
}

const uint16 = (...values: readonly number[]) =>
  Uint8Array.from(values.flatMap((value) => [value >> 8, value & 0xff]));

/** The 4 or 16 bytes of an address. */
export function addressBytes(address: string): Uint8Array {
  if (isIP(address) === 4) return Uint8Array.from(address.split(".").map(Number));
  const [left = "", right] = address.split("::");
  const groups = (text: string) => text === "" ? [] : text.split(":").map((group) => parseInt(group, 16));
  const [head, tail] = [groups(left), groups(right ?? "")];
  return uint16(...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail);
}

/** A record; its name is a pointer to the question's. */
function record(type: number, data: Uint8Array): Uint8Array {
  return concat(uint16(0xc000 + HEADER, type, 1, 0, TTL_SECONDS, data.length), data);
}

/** Without addresses a denial: with an SOA record, which allows a cache to keep it. */
export function response(
  question: Question,
  code: ResponseCode,
  addresses: readonly string[] = [],
): Uint8Array {
  const answers = addresses.map((address) => record(isIP(address) === 4 ? A : AAAA, addressBytes(address)));
  const denial = answers.length === 0 && (code === ResponseCode.NOERROR || code === ResponseCode.NXDOMAIN);
  const times = uint16(0, 1, 0, TTL_SECONDS, 0, TTL_SECONDS, 0, TTL_SECONDS, 0, TTL_SECONDS);
  const authority = denial ? [record(SOA, concat(Uint8Array.of(0, 0), times))] : [];
  const authoritativeAnswer = 0x8580;
  const header = uint16(
    question.id,
    authoritativeAnswer | code,
    1,
    answers.length,
    authority.length,
    0,
  );
  return concat(header, question.raw, ...answers, ...authority);
}
