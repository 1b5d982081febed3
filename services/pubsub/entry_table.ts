/** What a subscriber knows: the values by key, and the files they came from. Reads files, calls nobody. */
import { isAmbiguous, readEntry, sameStamp } from "./entry_file.ts";
import type { EntryRead, Stamp } from "./entry_file.ts";
import { PubsubError } from "./error.ts";
import { keyOfFile } from "./paths.ts";
import type { FileChanges, KnownFile, Listing } from "./scan_compare.ts";
import type { Topic } from "./topic.ts";

/** A value that a file holds now. */
export interface Update<T> {
  readonly key: string;
  readonly value: T;
}

/** One change of the table that has just been made. */
export type Change<T> =
  | { readonly kind: "create"; readonly key: string; readonly value: T }
  | { readonly kind: "modify"; readonly key: string; readonly value: T; readonly old: T }
  | { readonly kind: "delete"; readonly key: string; readonly old: T };

/** The table of one subscription. A bad file never changes a value; it is reported once per content. */
export class EntryTable<T> {
  readonly values = new Map<string, T>();
  readonly known = new Map<string, KnownFile>();

  /** @param now the clock of file times, in milliseconds since 1970 */
  constructor(
    private readonly topic: Topic<T>,
    private readonly directory: string,
    private readonly report: (error: PubsubError) => void,
    private readonly now: () => number,
  ) {}

  /** Reads what changed, then makes one change at a time, deletes first: each is made when it is asked for. */
  *apply(changes: FileChanges, listing: Listing): Generator<Change<T>> {
    const updates: Update<T>[] = [];
    for (const name of changes.read) this.#read(name, listing.files.get(name), false, updates);
    for (const name of changes.readBackup) this.#read(name, listing.backups.get(name), true, updates);
    for (const name of changes.gone) {
      this.known.delete(name);
      const key = keyOfFile(name);
      const old = key === undefined ? undefined : this.values.get(key);
      if (key === undefined || old === undefined) continue;
      this.values.delete(key);
      yield { kind: "delete", key, old };
    }
    for (const { key, value } of updates) {
      const old = this.values.get(key);
      if (old !== undefined && this.topic.codec.equal(old, value)) continue;
      this.values.set(key, value);
      yield old === undefined ? { kind: "create", key, value } : { kind: "modify", key, value, old };
    }
  }

  /** Forgets everything; each entry is a delete, made when it is asked for. */
  *clear(): Generator<Change<T>> {
    this.known.clear();
    for (const [key, old] of this.values) {
      this.values.delete(key);
      yield { kind: "delete", key, old };
    }
  }

  #read(name: string, stamp: Stamp | undefined, fromBackup: boolean, updates: Update<T>[]): void {
    const path = `${this.directory}/${name}${fromBackup ? ".bak" : ""}`;
    const key = keyOfFile(name);
    const now = this.now();
    const read: EntryRead<T> = readEntry(path, this.topic.codec, stamp);
    if (read.state === "absent") return;
    const before = this.known.get(name);
    const ambiguous = isAmbiguous(read.stamp, now) || (read.state === "bad" && read.unread);
    this.known.set(name, { stamp: read.stamp, fromBackup, ambiguous });
    if (read.state === "good" && key !== undefined) {
      updates.push({ key, value: read.value });
      return;
    }
    const backup = fromBackup ? undefined : this.#backupOf(name, key);
    if (key !== undefined && backup !== undefined) updates.push({ key, value: backup });
    if (before?.fromBackup === fromBackup && sameStamp(before.stamp, read.stamp)) return;
    const why = read.state === "bad" ? read.reason : "no key gives this file name";
    const next = backup !== undefined
      ? "its .bak is used"
      : key !== undefined && this.values.has(key)
      ? "the last good value stays"
      : "it is left out";
    this.report(new PubsubError("bad-file", `${path}: ${why}; ${next}`));
  }

  /** For a persistent entry without any good value yet. */
  #backupOf(name: string, key: string | undefined): T | undefined {
    if (!this.topic.persistent || key === undefined || this.values.has(key)) return undefined;
    const read = readEntry(`${this.directory}/${name}.bak`, this.topic.codec);
    return read.state === "good" ? read.value : undefined;
  }
}
