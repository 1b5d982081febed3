/** The version of a section: a hash over its messages and whatever else it depends on (`spec/zedagent.md §6.1`, change detection). */
import { createHash } from "node:crypto";
import type { Writer } from "../../../proto/message.ts";

/** The messages of one section with their encoder. */
export interface Messages {
  /** Feeds the serialisation into a hash. */
  feed(update: (bytes: Uint8Array) => void): void;
}

/** A list, or one message that may be absent. */
export function messages<M>(
  type: { encode(message: M): Writer },
  list: readonly M[] | M | null,
): Messages {
  const all: readonly M[] = list === null ? [] : isList(list) ? list : [list];
  return {
    feed(update) {
      for (const message of all) {
        const bytes = type.encode(message).finish();
        update(new TextEncoder().encode(`${bytes.length}:`));
        update(bytes);
      }
      update(new TextEncoder().encode(";"));
    },
  };
}

function isList<M>(list: readonly M[] | M): list is readonly M[] {
  return Array.isArray(list);
}

/** A text that a section depends on. */
export function text(value: string): Messages {
  return { feed: (update) => update(new TextEncoder().encode(`${value.length}:${value};`)) };
}

/** SHA-256 in hexadecimal. */
export function versionOf(parts: readonly Messages[]): string {
  const hash = createHash("sha256");
  for (const part of parts) part.feed((bytes) => void hash.update(bytes));
  return hash.digest("hex");
}
