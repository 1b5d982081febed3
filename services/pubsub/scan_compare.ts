/** What changed between what a subscriber knows and what the directory holds (decisions.md 5). Pure. */
import { sameStamp } from "./entry_file.ts";
import type { Stamp } from "./entry_file.ts";

/** An entry file as a subscriber knows it. */
export interface KnownFile {
  readonly stamp: Stamp;
  /** Its value came from `.bak`, since the file itself was missing. */
  readonly fromBackup: boolean;
  /** It must be read again whatever the stamp says. */
  readonly ambiguous: boolean;
}

/** One look at a directory, or at some names of it. */
export interface Listing {
  /** Entry files that are there. */
  readonly files: ReadonlyMap<string, Stamp>;
  /** Entry files whose `.bak` is there; empty for topics without backup. */
  readonly backups: ReadonlyMap<string, Stamp>;
  /** If given, only these names were looked at. */
  readonly names?: ReadonlySet<string>;
}

/** What to do, in this order. */
export interface FileChanges {
  readonly gone: readonly string[];
  readonly read: readonly string[];
  /** Missing files to be read from `.bak`. */
  readonly readBackup: readonly string[];
}

/**
 * @param first the subscriber has seen nothing yet: only then does a lone `.bak` stand for its file
 * @param rewritten names that were written in place: read again whatever the stamp says
 */
export function compareListing(
  known: ReadonlyMap<string, KnownFile>,
  listing: Listing,
  first: boolean,
  rewritten: ReadonlySet<string>,
): FileChanges {
  const gone = Array.from(listing.names ?? known.keys()).filter((name) => {
    const file = known.get(name);
    return file !== undefined && !listing.files.has(name) && !(file.fromBackup && listing.backups.has(name));
  });
  const read = Array.from(listing.files).filter(([name, stamp]) => {
    const file = known.get(name);
    return file === undefined || file.fromBackup || file.ambiguous || rewritten.has(name) ||
      !sameStamp(file.stamp, stamp);
  }).map(([name]) => name);
  const readBackup = first
    ? Array.from(listing.backups.keys()).filter((name) => !listing.files.has(name))
    : [];
  return { gone, read, readBackup };
}

/** The restart counter as a subscriber knows it; inode 0 while there is no file. */
export interface Counter {
  readonly inode: number;
  readonly count: number;
}

/** Without a `restarted` file. */
export const NO_COUNTER: Counter = { inode: 0, count: 0 };

/**
 * The counts to announce, in order. A new file may stand for a counter that was cleared meanwhile, so it is 0 first, then n
 * (decisions.md 5); a file written in place only when its count differs.
 */
export function counterSteps(known: Counter, found: Counter): number[] {
  const renewed = known.inode !== found.inode && known.count !== 0 && found.count !== 0;
  if (renewed) return [0, found.count];
  return known.count === found.count ? [] : [found.count];
}
