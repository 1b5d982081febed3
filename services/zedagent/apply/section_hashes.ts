/** The version of a section: a hash over its messages and whatever else it depends on (`spec/zedagent.md §6.1`, change detection). */
import { createHash } from "node:crypto";
import type { Writer } from "../../../proto/message.ts";
import { receivedDigest } from "../config/received_config.ts";

/** The messages of one section with their encoder. */
export interface Messages {
  /** Feeds the serialisation into a hash. */
  feed(update: (bytes: Uint8Array | string) => void): void;
}

/** A list, or one message that may be absent. What was received is known by the digest of its bytes. */
export function messages<M>(
  type: { encode(message: M): Writer },
  list: readonly M[] | M | null,
): Messages {
  const digest = typeof list === "object" && list !== null ? receivedDigest(list) : undefined;
  if (digest !== undefined) return { feed: (update) => update(`received ${digest};`) };
  const all: readonly M[] = list === null ? [] : isList(list) ? list : [list];
  return {
    feed(update) {
      // The lengths of all of them first: a border is told by them, at one call a section instead of one a message.
      const encoded = all.map((message) => type.encode(message).finish());
      update(`${encoded.map((bytes) => bytes.length).join(":")};`);
      for (const bytes of encoded) update(bytes);
    },
  };
}

function isList<M>(list: readonly M[] | M): list is readonly M[] {
  return Array.isArray(list);
}

/** A text that a section depends on. */
export function text(value: string): Messages {
  return { feed: (update) => update(`${value.length}:${value};`) };
}

/** SHA-256 in hexadecimal. */
export function versionOf(parts: readonly Messages[]): string {
  const hash = createHash("sha256");
  for (const part of parts) part.feed((bytes) => void hash.update(bytes));
  return hash.digest("hex");
}
