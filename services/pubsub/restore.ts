/** What a publisher finds of itself at start: the entries and the counter of its directory (`spec/pubsub.md §7`). */
import { replaceFile } from "./atomic_file.ts";
import { readEntry } from "./entry_file.ts";
import { PubsubError } from "./error.ts";
import { readRestarted } from "./listing.ts";
import { isEntryFile, keyOfFile, RESTARTED, topicPath } from "./paths.ts";
import type { Topic } from "./topic.ts";

/** The state that survived the last process. */
export interface Restored {
  /** JSON text by key. */
  readonly texts: Map<string, string>;
  readonly restarted: number;
  /** Files that could not be written anew: memory holds what their `.bak` holds. */
  readonly owed: readonly string[];
}

/**
 * Reads every entry. Of a persistent topic, an empty, corrupt or missing file is written anew from its `.bak`.
 * What can't be read now, or is beyond repair, is reported, stays as it is and is left out.
 */
export function restoreEntries<T>(
  topic: Topic<T>,
  directory: string,
  report: (error: PubsubError) => void,
): Restored {
  const texts = new Map<string, string>();
  const owed: string[] = [];
  for (const file of entryFiles(topic, directory, report)) {
    const text = restoreEntry(topic, `${directory}/${file}`, report, () => void owed.push(file));
    const key = keyOfFile(file);
    if (text !== undefined && key !== undefined) texts.set(key, text);
  }
  return { texts, restarted: readCounter(directory, report), owed };
}

function entryFiles<T>(
  topic: Topic<T>,
  directory: string,
  report: (error: PubsubError) => void,
): Set<string> {
  const files = new Set<string>();
  try {
    for (const { name } of Deno.readDirSync(directory)) {
      const file = topic.persistent && name.endsWith(".bak") ? name.slice(0, -".bak".length) : name;
      if (!isEntryFile(file)) continue;
      if (keyOfFile(file) !== undefined) files.add(file);
      else {report(
          new PubsubError("bad-file", `${directory}/${name}: no key gives this file name; it is ignored`),
        );}
    }
  } catch (cause) {
    const message = `cannot list ${directory}: ${String(cause)}; ${topicPath(topic)} starts empty`;
    report(new PubsubError("io", message, { cause }));
  }
  return files;
}

function restoreEntry<T>(
  topic: Topic<T>,
  path: string,
  report: (error: PubsubError) => void,
  notWritten: () => void,
): string | undefined {
  try {
    const main = readEntry(path, topic.codec);
    if (main.state === "good") return textInMemory(topic, main);
    if (main.state === "bad" && main.unread) {
      report(
        new PubsubError("bad-file", `${path}: ${main.reason}; the entry is left out, file and .bak stay`),
      );
      return undefined;
    }
    const backup = topic.persistent ? readEntry(`${path}.bak`, topic.codec) : undefined;
    const why = main.state === "bad" ? main.reason : "the file is missing";
    if (backup?.state !== "good") {
      if (main.state === "bad" || backup?.state === "bad") {
        report(new PubsubError("bad-file", `${path}: ${why}; the entry is left out, the file stays`));
      }
      return undefined;
    }
    report(new PubsubError("bad-file", `${path}: ${why}; it is restored from its .bak`));
    try {
      replaceFile(path, backup.text);
    } catch (error) {
      if (!(error instanceof PubsubError)) throw error;
      report(error);
      notWritten();
    }
    return textInMemory(topic, backup);
  } catch (cause) {
    const message = `${path}: cannot be restored: ${String(cause)}; the entry is left out`;
    report(cause instanceof PubsubError ? cause : new PubsubError("io", message, { cause }));
    return undefined;
  }
}

/** Where texts stand for values, one that a shell or Go wrote in another form must not look like another value. */
function textInMemory<T>(
  topic: Topic<T>,
  { text, value }: { readonly text: string; readonly value: T },
): string {
  return topic.codec.isCanonical !== undefined ? topic.codec.encode(value) : text;
}

function readCounter(directory: string, report: (error: PubsubError) => void): number {
  try {
    return readRestarted(directory, 1).count;
  } catch (cause) {
    const message = `cannot read ${directory}/${RESTARTED}: ${String(cause)}; it counts as 1`;
    report(new PubsubError("io", message, { cause }));
    return 1;
  }
}
