/** Plays newlogd on a disk that may be full: numbered log files for the device and an app, by the clock of the device. */
import { app } from "../../scripts/demo/configs.ts";
import { LogProducer } from "../../scripts/controller/mod.ts";
import { type Random, systemClock } from "../../services/agent/mod.ts";
import type { Arrival, Written } from "./deliveries.ts";
import { isFull } from "./disk.ts";
import type { SoakedDevice } from "./soaked_device.ts";

/** What was written. */
export interface LogWriting {
  readonly written: Written[];
  /** Not written, since the disk was full. */
  refused: number;
}

/** Newest delivered files of apps that are kept, as newlogd's quota does. */
const mostKept = 100;

/** A file about every `everyMs` until the signal aborts. */
export async function writeLogs(
  device: SoakedDevice,
  random: Random,
  everyMs: number,
  signal: AbortSignal,
): Promise<LogWriting> {
  const newlog = `${device.site.root}/persist/newlog`;
  const producer = new LogProducer(newlog, () => device.clock.now());
  const writing: LogWriting = { written: [], refused: 0 };
  for (let n = 1; !signal.aborted; n++) {
    const kind = random.next() < 0.7 ? "device" : "app";
    try {
      await writeOne(producer, kind, n, Math.floor(random.next() * 20));
      writing.written.push({ n, kind, at: Date.now() });
    } catch (error) {
      if (!isFull(error)) throw error;
      writing.refused++;
      removeUnfinished(newlog);
    }
    if (n % 50 === 0) prune(`${newlog}/keepSentQueue`);
    await systemClock.sleep(everyMs * (0.5 + random.next()), signal);
  }
  return writing;
}

async function writeOne(
  producer: LogProducer,
  kind: Written["kind"],
  n: number,
  lines: number,
): Promise<void> {
  const noise = Array.from({ length: lines }, () => ({ content: crypto.randomUUID() }));
  const entries = [{ content: `soak ${n}` }, ...noise];
  if (kind === "device") await producer.writeDeviceLog({}, entries);
  else await producer.writeAppLog({ appUuid: app.uuid, displayName: app.name }, entries);
}

/** Nobody else writes there. */
function removeUnfinished(newlog: string): void {
  for (const folder of ["devUpload", "appUpload"]) {
    for (const name of namesIn(`${newlog}/${folder}`)) {
      if (name.startsWith("TempFile")) Deno.removeSync(`${newlog}/${folder}/${name}`);
    }
  }
}

function prune(folder: string): void {
  const stamp = (name: string) => Number(name.split(".").at(-2));
  const names = namesIn(folder).sort((a, b) => stamp(a) - stamp(b));
  for (const name of names.slice(0, Math.max(0, names.length - mostKept))) {
    Deno.removeSync(`${folder}/${name}`);
  }
}

function namesIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** Every file that the controller has stored, by its number. */
export async function arrivalsAt({ site }: SoakedDevice, uuid: string): Promise<Arrival[]> {
  const reports = site.controller.reports(uuid);
  const files = [...await reports.logs(), ...await reports.appLogs(app.uuid)];
  return files.flatMap(({ at, entries }) =>
    entries.flatMap(({ content }) => {
      const number = /^soak (\d+)$/.exec(content)?.[1];
      return number === undefined ? [] : [{ n: Number(number), at }];
    })
  );
}

/** Numbers of the files in `failedUpload`. */
export async function quarantined({ site }: SoakedDevice): Promise<number[]> {
  const folder = `${site.root}/persist/newlog/failedUpload`;
  return await Promise.all(
    namesIn(folder).map(async (name) => {
      const file = await Deno.open(`${folder}/${name}`);
      const text = await new Response(file.readable.pipeThrough(new DecompressionStream("gzip"))).text();
      return Number(/"content":"soak (\d+)"/.exec(text)?.[1] ?? NaN);
    }),
  );
}
