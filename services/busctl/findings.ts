/** What can be wrong with the files of one topic (spec/pubsub.md §2, §3.3, §4, §7). */
import {
  checkWireSize,
  isAlive,
  isEntryFile,
  isTemporary,
  keyOfFile,
  MAX_FILE,
  PubsubError,
  RESTARTED,
  textCodec,
  writerOf,
} from "../pubsub/mod.ts";
import { ownerOf } from "./owner_text.ts";
import { namesIn, type Place } from "./places.ts";

/** One thing about one file or folder. */
export interface Finding {
  readonly code:
    | "empty"
    | "torn"
    | "foreign"
    | "wrong-type"
    | "unknown-field"
    | "bad-name"
    | "too-large"
    | "bad-counter"
    | "bad-backup"
    | "stale-temp"
    | "wrong-mode"
    | "unreadable"
    | "no-owner"
    | "unknown-topic";
  /** `info` is worth knowing and nothing wrong. */
  readonly level: "error" | "info";
  readonly path: string;
  readonly text: string;
}

/** A temp file is stale from this age on, in milliseconds, even if its writer seems to live. */
const STALE_MS = 60_000;
const BACKUP = ".bak";

/** @param now milliseconds since 1970. @throws what the system throws where the folder can't be read */
export function findingsOf(place: Place, root: string, now: number): Finding[] {
  const { directory, topic, known } = place;
  const found: Finding[] = [];
  const add = (code: Finding["code"], path: string, text: string, level: Finding["level"] = "error") =>
    void found.push({ code, level, path, text });
  if (!known) add("unknown-topic", directory, "it is in no table of ours; only its JSON is checked", "info");
  const strict = known && topic.agent !== "";
  if (strict) checkMode(directory, 0o700, add);
  const names = namesIn(directory);
  for (const name of names) {
    const path = `${directory}/${name}`;
    if (isTemporary(name)) checkTemporary(path, name, now, add);
    else if (name === RESTARTED) checkCounter(path, add);
    else if (name.endsWith(BACKUP) && isEntryFile(name.slice(0, -BACKUP.length))) {
      checkBackup(place, path, add);
    } else if (isEntryFile(name)) checkEntry(place, path, name, add);
    if (strict && (isEntryFile(name) || name === RESTARTED)) checkMode(path, 0o600, add);
  }
  const live = strict && names.some(isEntryFile) && !topic.persistent;
  if (live && ownerOf(root, topic).state === "none") {
    add(
      "no-owner",
      directory,
      "none of our programs publishes it now; the files are of the last owner, or of a Go agent",
      "info",
    );
  }
  return found;
}

type Add = (code: Finding["code"], path: string, text: string, level?: Finding["level"]) => void;

function checkEntry(place: Place, path: string, name: string, add: Add): void {
  const key = keyOfFile(name);
  if (key === undefined) return add("bad-name", path, "no key gives this file name; nobody reads it");
  const text = readText(path, add);
  if (text === undefined || !checkText(place, path, text, add)) return;
  if (place.topic.agent === "") return;
  try {
    checkWireSize(place.topic, key, text, new TextEncoder().encode(text).length);
  } catch (error) {
    if (!(error instanceof PubsubError)) throw error;
    add("too-large", path, error.message);
  }
}

/** False if it is no value of the topic. */
function checkText({ topic }: Place, path: string, text: string, add: Add): boolean {
  if (text === "") {
    add("empty", path, "expected a JSON object, the file is empty");
    return false;
  }
  try {
    textCodec.decode(text);
  } catch (error) {
    const isJson = error instanceof Error && error.cause === undefined;
    add(isJson || !/^\s*\{/.test(text) ? "foreign" : "torn", path, messageOf(error));
    return false;
  }
  try {
    topic.codec.decode(text);
  } catch (error) {
    add("wrong-type", path, messageOf(error));
    return false;
  }
  const strangers = topic.codec.unknownMembers?.(text) ?? [];
  if (strangers.length > 0) {
    add("unknown-field", path, `no field of the type takes ${strangers.slice(0, 10).join(", ")}`);
  }
  return true;
}

function checkBackup(place: Place, path: string, add: Add): void {
  if (!place.topic.persistent) return add("bad-backup", path, "only persistent topics have backups");
  const text = readText(path, add);
  if (text === undefined) return;
  const inner: Finding[] = [];
  if (
    !checkText(
      place,
      path,
      text,
      (code, at, why) => void inner.push({ code, level: "error", path: at, text: why }),
    )
  ) {
    add("bad-backup", path, inner[0]?.text ?? "it is no value of the topic");
  }
}

function checkCounter(path: string, add: Add): void {
  const text = readText(path, add);
  if (text !== undefined && !/^\d{1,15}$/.test(text)) {
    add("bad-counter", path, `expected decimal digits alone, got ${JSON.stringify(text.slice(0, 40))}`);
  }
}

function checkTemporary(path: string, name: string, now: number, add: Add): void {
  const age = now - (Deno.lstatSync(path).mtime?.getTime() ?? now);
  const pid = writerOf(name);
  if (pid !== undefined && !isAlive(pid)) add("stale-temp", path, `its writer, process ${pid}, is gone`);
  else if (age > STALE_MS) add("stale-temp", path, `it is ${Math.floor(age / 1000)} s old`);
}

function checkMode(path: string, wanted: number, add: Add): void {
  const { mode } = Deno.lstatSync(path);
  const got = (mode ?? wanted) & 0o777;
  if (got !== wanted) add("wrong-mode", path, `expected ${wanted.toString(8)}, it is ${got.toString(8)}`);
}

function readText(path: string, add: Add): string | undefined {
  try {
    const { isFile, size } = Deno.lstatSync(path);
    if (!isFile) add("foreign", path, "expected a regular file");
    else if (size > MAX_FILE) {
      add("too-large", path, `it has ${size} bytes, readers take at most ${MAX_FILE}`);
    } else return Deno.readTextFileSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) add("unreadable", path, String(error));
  }
  return undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
