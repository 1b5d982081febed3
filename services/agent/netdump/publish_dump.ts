/** Makes one netdump archive and keeps their number bounded (`spec/controllerconn.md §12.3`). */
import type { TracedRequest } from "../../../controllerconn/mod.ts";
import { makeFolder, removeIfPresent, replaceFile, sweepTemporaries } from "../../pubsub/mod.ts";
import type { Device } from "../device.ts";
import { errorText } from "../error.ts";
import { dumpFileName, dumpName, type NetdumpTopic, tooMany } from "./dump_name.ts";
import { eveFiles } from "./eve_files.ts";
import { linuxState } from "./linux_state.ts";
import { gzip, type TarEntry, tarOf } from "./tar.ts";

/** One archive. */
export interface Netdump {
  readonly topic: NetdumpTopic;
  /** Their files are packed, then removed, whatever comes of the archive. */
  readonly requests: readonly TracedRequest[];
  /** In front of each request's name, e.g. `ZiDevice-`; `""` for none. */
  readonly requestPrefix: string;
  /** `netdump.topic.maxcount` */
  readonly maxCount: number;
}

/** Where the archives are. */
export function netdumpFolder({ paths }: Pick<Device, "paths">): string {
  return `${paths.persist}/netdump`;
}

/**
 * Writes `/persist/netdump/TOPIC-YYYY-MM-DDTHH-MM-SS.tgz` at once or not at all, then removes the oldest ones of the topic.
 * Never rejects: what goes wrong is logged.
 * @returns the archive's path, undefined if there is none
 */
export async function publishDump(device: Device, dump: Netdump): Promise<string | undefined> {
  const { clock, commands, signal } = device;
  const folder = netdumpFolder(device);
  const now = clock.now();
  const path = `${folder}/${dumpFileName(dump.topic, now)}`;
  try {
    const entries = [
      ...eveFiles(device.paths),
      ...await linuxState(commands, signal),
      ...requestFiles(dump),
    ];
    const inside = dumpName(dump.topic, now);
    const named = entries.map((entry) => ({ ...entry, path: `${inside}/${entry.path}` }));
    const archive = await gzip(tarOf(named, now / 1000));
    makeFolder(folder, 0o755);
    sweepTemporaries(folder);
    replaceFile(path, archive, { mode: 0o644 });
    device.log.info(`netdump ${path}: ${dump.requests.length} traced requests`);
    return path;
  } catch (error) {
    device.log.error(
      `netdump ${path} can't be written: ${errorText(error)}; the next one is made when it is due`,
    );
    return undefined;
  } finally {
    removeOldest(device, dump, path);
    for (const request of dump.requests) removeQuietly(device, request.path);
  }
}

/** A name that comes twice (two proxies of a port) gets a number; a trace that is gone is left out. */
function requestFiles({ requests, requestPrefix }: Netdump): TarEntry[] {
  const taken = new Map<string, number>();
  return requests.flatMap(({ requestName, path }) => {
    const count = (taken.get(requestName) ?? 0) + 1;
    taken.set(requestName, count);
    const name = `${requestPrefix}${requestName}${count === 1 ? "" : `-${count}`}`;
    try {
      return [{ path: `requests/${name}/nettrace.json`, content: Deno.readFileSync(path) }];
    } catch {
      return [];
    }
  });
}

function removeOldest(device: Device, { topic, maxCount }: Netdump, newest: string): void {
  const folder = netdumpFolder(device);
  try {
    const names = Array.from(Deno.readDirSync(folder), ({ name }) => name);
    const name = newest.slice(folder.length + 1);
    for (const old of tooMany(names, topic, maxCount, name)) removeQuietly(device, `${folder}/${old}`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    device.log.warn(`${folder} can't be listed: ${errorText(error)}; old netdumps stay`);
  }
}

function removeQuietly(device: Device, path: string): void {
  try {
    removeIfPresent(path);
  } catch (error) {
    device.log.warn(errorText(error));
  }
}
