/**
 * Decodes configurations, and keeps digests of the bytes that their parts came in: what tells versions of a section apart
 * without encoding it anew (`spec/zedagent.md §6.1`, change detection).
 */
import { createHash, type Hash } from "node:crypto";
import { ConfigResponse, EdgeDevConfig } from "../../../proto/device.ts";

/** Number → name of the parts of `EdgeDevConfig` that sections are made of. */
export const sectionFields = {
  4: "apps",
  5: "networks",
  6: "datastores",
  12: "systemAdapterList",
  13: "deviceIoList",
  16: "networkInstances",
  19: "cipherContexts",
  20: "contentInfo",
  21: "volumes",
  26: "baseos",
  30: "vlans",
  31: "bonds",
  32: "edgeview",
  33: "disks",
  41: "loc_config",
  42: "patchEnvelopes",
  43: "cluster",
  50: "pnacs",
  51: "scep_profiles",
} as const satisfies Readonly<Record<number, keyof EdgeDevConfig>>;

const names: ReadonlyMap<number, keyof EdgeDevConfig> = new Map(
  Object.entries(sectionFields).map(([number, name]) => [Number(number), name]),
);
const digests = new WeakMap<object, string>();

/** @throws {Error} bytes that don't decode */
export function decodeConfig(bytes: Uint8Array): EdgeDevConfig {
  const config = EdgeDevConfig.decode(bytes);
  keepDigests(config, bytes);
  return config;
}

/** @throws {Error} bytes that don't decode */
export function decodeConfigResponse(bytes: Uint8Array): ConfigResponse {
  const response = ConfigResponse.decode(bytes);
  const config: EdgeDevConfig | null = response.config;
  // Of several, the last one counts.
  const found = config === null ? undefined : fieldsOf(bytes)?.findLast(({ number }) => number === 1);
  if (config !== null && found !== undefined) keepDigests(config, bytes.subarray(found.content, found.end));
  return response;
}

/** SHA-256 in hexadecimal of the bytes that a list or a message came in; `undefined` for one that was not received, or is empty. */
export function receivedDigest(part: object): string | undefined {
  return digests.get(part);
}

function keepDigests(config: EdgeDevConfig, bytes: Uint8Array): void {
  const hashes = new Map<keyof EdgeDevConfig, Hash>();
  const fields = fieldsOf(bytes) ?? [];
  for (let first = 0, next = 0; first < fields.length; first = next) {
    const { number, start = 0 } = fields[first] ?? {};
    // Elements of a list come one after the other: tags and lengths between them are their borders.
    for (next = first + 1; fields[next]?.number === number;) next++;
    const name = number === undefined ? undefined : names.get(number);
    if (name === undefined) continue;
    const hash = hashes.get(name) ?? createHash("sha256");
    hashes.set(name, hash.update(bytes.subarray(start, fields[next - 1]?.end)));
  }
  for (const [name, hash] of hashes) {
    const part = config[name];
    if (typeof part === "object" && part !== null) digests.set(part, hash.digest("hex"));
  }
}

/** A field of a message: where its tag, its content and what follows begin. */
interface Field {
  readonly number: number;
  readonly start: number;
  readonly content: number;
  readonly end: number;
}

/** @returns `undefined` for what is not made of fields that have a length each */
function fieldsOf(bytes: Uint8Array): Field[] | undefined {
  const fields: Field[] = [];
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let scale = 1; at < bytes.length; scale *= 128) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    return Infinity;
  };
  while (at < bytes.length) {
    const start = at;
    const tag = varint();
    const wireType = tag % 8;
    if (wireType === 0) varint();
    else if (wireType === 1) at += 8;
    else if (wireType === 5) at += 4;
    const length = wireType === 2 ? varint() : 0;
    if (wireType === 3 || wireType === 4 || wireType > 5 || !(at + length <= bytes.length)) return undefined;
    fields.push({ number: Math.floor(tag / 8), start, content: at, end: at += length });
  }
  return fields;
}
