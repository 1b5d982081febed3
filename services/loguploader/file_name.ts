/** What the name of a log file says: device or app, which app, when (`spec/loguploader.md §2.1`). Nothing here opens a file. */

/** Whose logs a file holds; each kind has its own folder and URL. */
export type LogKind = "device" | "app";

/** One file that is to be uploaded. */
export interface LogFile {
  readonly kind: LogKind;
  /** Bare name without a folder. */
  readonly name: string;
  /** Unix milliseconds from the name. */
  readonly timestamp: number;
  /** Lower-case UUID; `""` for device files. */
  readonly appUUID: string;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * The milliseconds in a gzip name: its second-last part between dots. `undefined` when the name does not end in `.gz`, or
 * that part is not a decimal number.
 */
export function timestampOf(name: string): number | undefined {
  if (!name.endsWith(".gz")) return undefined;
  const text = name.split(".").at(-2) ?? "";
  const value = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(value) ? value : undefined;
}

/** The app in `app.<uuid>.log.<ms>.gz`, lower case; `undefined` for every other name, `app.skipTx.*` included. */
export function appUUIDOf(name: string): string | undefined {
  if (!name.startsWith("app.")) return undefined;
  const parts = name.slice("app.".length).split(".log.");
  const first = parts[0] ?? "";
  return parts.length === 2 && uuid.test(first) ? first.toLowerCase() : undefined;
}

/**
 * What a name in `devUpload` or `appUpload` stands for; `undefined` when it is not for uploading and stays where it is:
 * files under construction, names without a time, app files in the device's folder, malformed app names (Go dies of those).
 */
export function parseLogFile(kind: LogKind, name: string): LogFile | undefined {
  const timestamp = timestampOf(name);
  if (timestamp === undefined || name.includes("/")) return undefined;
  if (kind === "device") {
    return name.startsWith("app.") ? undefined : { kind, name, timestamp, appUUID: "" };
  }
  const appUUID = appUUIDOf(name);
  return appUUID === undefined ? undefined : { kind, name, timestamp, appUUID };
}

/** Below 0 if `a` goes first: the earlier whole second, then the byte-wise smaller name (`spec/loguploader.md §4.2`). */
export function compareLogFiles(a: LogFile, b: LogFile): number {
  const seconds = Math.floor(a.timestamp / 1000) - Math.floor(b.timestamp / 1000);
  if (seconds !== 0) return seconds;
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

/** The same name one millisecond later: what a file is called where its own name is taken. @throws {TypeError} no time in it */
export function nextName(name: string): string {
  const timestamp = timestampOf(name);
  if (timestamp === undefined) throw new TypeError(`file name ${name}: expected <name>.<ms>.gz`);
  const parts = name.split(".");
  return [...parts.slice(0, -2), String(timestamp + 1), "gz"].join(".");
}
