/** Looks at a topic's directory without reading its entries: names and stamps. */
import { parseCounter, stampOf } from "./entry_file.ts";
import type { Stamp } from "./entry_file.ts";
import { isEntryFile, RESTARTED } from "./paths.ts";
import { NO_COUNTER } from "./scan_compare.ts";
import type { Counter, Listing } from "./scan_compare.ts";

const BACKUP = ".bak";

/** All of the directory, undefined if it is missing. @throws what the system call throws otherwise */
export function listAll(directory: string, backups: boolean): Listing | undefined {
  let names;
  try {
    names = Array.from(Deno.readDirSync(directory), (entry) => entry.name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return undefined;
    throw error;
  }
  const kept = backups ? names.filter((name) => name.endsWith(BACKUP)) : [];
  return {
    files: stamps(directory, names.filter(isEntryFile), ""),
    backups: stamps(directory, kept.map((name) => name.slice(0, -BACKUP.length)).filter(isEntryFile), BACKUP),
  };
}

/** Some names of it. @throws what the system call throws, except for what is missing */
export function listNames(directory: string, names: ReadonlySet<string>, backups: boolean): Listing {
  const files = stamps(directory, names, "");
  const missing = backups ? Array.from(names).filter((name) => !files.has(name)) : [];
  return { names, files, backups: stamps(directory, missing, BACKUP) };
}

function stamps(directory: string, names: Iterable<string>, suffix: string): Map<string, Stamp> {
  const found = new Map<string, Stamp>();
  for (const name of names) {
    const stamp = stampOf(`${directory}/${name}${suffix}`);
    if (stamp !== undefined) found.set(name, stamp);
  }
  return found;
}

/** The restart counter as it stands in the directory; `otherwise` for what is not a number. @throws what the system call throws */
export function readRestarted(directory: string, otherwise: number): Counter {
  const path = `${directory}/${RESTARTED}`;
  const stamp = stampOf(path);
  if (stamp === undefined) return NO_COUNTER;
  const sensible = stamp.regular && stamp.size < 32;
  try {
    return {
      inode: stamp.inode,
      count: sensible ? parseCounter(Deno.readTextFileSync(path), otherwise) : otherwise,
    };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return NO_COUNTER;
    throw error;
  }
}
