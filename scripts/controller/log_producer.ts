/** Writes log files for loguploader as newlogd does: whole or not at all (`spec/loguploader.md §2, 11.5`). @module */

import { join } from "node:path";
import { gzipMember } from "./gzip_writer.ts";

/** One entry; empty members are left out of the line. Keys are written in newlogd's order. */
export interface ProducedEntry {
  readonly severity?: string;
  readonly source?: string;
  readonly iid?: string;
  readonly content: string;
  /** Default: counted from 1, one counter for the device and one for each app. */
  readonly msgid?: number;
  readonly tags?: Readonly<Record<string, string>>;
  /** Milliseconds since 1970; default now. */
  readonly timeMs?: number;
  readonly filename?: string;
  readonly function?: string;
}

/** Whose files go to `devUpload`, and what their Comment says. */
export interface DeviceLog {
  readonly devID?: string;
  /** Default `IMGA`. */
  readonly image?: string;
  /** Default `0.0.0-demo`. */
  readonly eveVersion?: string;
}

/** Whose files go to `appUpload`. */
export interface AppLog {
  readonly appUuid: string;
  readonly displayName: string;
}

/** A larger file is split. */
const MAX_GZIP_FILE_SIZE = 50_000;

/** Writes into `devUpload` and `appUpload` of one device. */
export class LogProducer {
  readonly #now: () => number;
  readonly #lastMs = new Map<string, number>();
  readonly #lastMsgid = new Map<string, number>();

  /** @param newlog the device's `/persist/newlog`; folders are made when needed */
  constructor(readonly newlog: string, now: () => number = () => Date.now()) {
    this.#now = now;
  }

  /** Writes device log files. @returns their paths: several when the entries do not fit into 50 000 bytes */
  async writeDeviceLog(log: DeviceLog, entries: readonly ProducedEntry[]): Promise<string[]> {
    const { devID, image = "IMGA", eveVersion = "0.0.0-demo" } = log;
    const comment = JSON.stringify({ ...(devID === undefined ? {} : { devID }), image, eveVersion });
    return await this.#write("devUpload", "dev.log", { comment }, this.#lines("", entries));
  }

  /** Writes log files of an app. @returns their paths, as {@linkcode writeDeviceLog} */
  async writeAppLog(log: AppLog, entries: readonly ProducedEntry[]): Promise<string[]> {
    if (!/^[0-9a-f-]{36}$/.test(log.appUuid)) throw new Error(`no UUID: ${log.appUuid}`);
    const lines = this.#lines(log.appUuid, entries);
    return await this.#write("appUpload", `app.${log.appUuid}.log`, { name: log.displayName }, lines);
  }

  /** Writes a file as given, whatever it is, for tests of bad ones. @returns its path */
  async writeFile(folder: "devUpload" | "appUpload", name: string, bytes: Uint8Array): Promise<string> {
    const dir = join(this.newlog, folder);
    await Deno.mkdir(dir, { recursive: true, mode: 0o755 });
    const temporary = join(dir, `TempFile${Math.floor(Math.random() * 1e9)}`);
    using file = await Deno.open(temporary, { write: true, createNew: true, mode: 0o600 });
    for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
    await file.sync();
    await Deno.rename(temporary, join(dir, name));
    return join(dir, name);
  }

  async #write(
    folder: "devUpload" | "appUpload",
    prefix: string,
    header: { comment: string } | { name: string },
    lines: readonly string[],
  ): Promise<string[]> {
    const content = new TextEncoder().encode(lines.join(""));
    const bytes = gzipMember({ ...header, mtimeMs: this.#now(), content });
    if (bytes.length > MAX_GZIP_FILE_SIZE && lines.length > 1) {
      const half = Math.ceil(lines.length / 2);
      const first = await this.#write(folder, prefix, header, lines.slice(0, half));
      return [...first, ...await this.#write(folder, prefix, header, lines.slice(half))];
    }
    const ms = Math.max(Math.floor(this.#now()), (this.#lastMs.get(prefix) ?? 0) + 1);
    this.#lastMs.set(prefix, ms);
    return [await this.writeFile(folder, `${prefix}.${ms}.gz`, bytes)];
  }

  #lines(counter: string, entries: readonly ProducedEntry[]): string[] {
    return entries.map((entry) => {
      const msgid = entry.msgid ?? (this.#lastMsgid.get(counter) ?? 0) + 1;
      this.#lastMsgid.set(counter, msgid);
      return line(entry, msgid, entry.timeMs ?? this.#now());
    });
  }
}

function line(entry: ProducedEntry, msgid: number, timeMs: number): string {
  const seconds = Math.floor(timeMs / 1000);
  const nanos = Math.round((timeMs - seconds * 1000) * 1e6);
  const { severity, source, iid, content, tags, filename } = entry;
  return JSON.stringify({
    severity: severity || undefined,
    source: source || undefined,
    iid: iid || undefined,
    content: content || undefined,
    msgid: msgid || undefined,
    tags,
    timestamp: { seconds: seconds || undefined, nanos: nanos || undefined },
    filename: filename || undefined,
    function: entry.function || undefined,
  }) + "\n";
}
