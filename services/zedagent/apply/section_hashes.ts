/** Which sections of a configuration differ from what was applied last (`spec/zedagent.md §6.1`, change detection). */
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
  return { feed: (update) => update(new TextEncoder().encode(`${value};`)) };
}

/** The hashes of what was applied, in memory only. */
export interface SectionHashes {
  /** True if the section must be applied: its parts differ from the last time, or there was none. Remembers them. */
  changed(section: string, ...parts: readonly Messages[]): boolean;
  /** Makes the section be applied next time. */
  forget(...sections: readonly string[]): void;
  /** The same, because a file could not be written: worth another try with the same configuration. */
  failed(section: string): void;
  readonly hasFailed: boolean;
}

/** See {@linkcode SectionHashes}. */
export function sectionHashes(): SectionHashes {
  const known = new Map<string, string>();
  const failures = new Set<string>();
  return {
    changed(section, ...parts) {
      const hash = createHash("sha256");
      for (const part of parts) part.feed((bytes) => void hash.update(bytes));
      const digest = hash.digest("hex");
      if (known.get(section) === digest) return false;
      failures.delete(section);
      known.set(section, digest);
      return true;
    },
    forget: (...sections) => sections.forEach((section) => known.delete(section)),
    failed(section) {
      known.delete(section);
      failures.add(section);
    },
    get hasFailed() {
      return failures.size > 0;
    },
  };
}
