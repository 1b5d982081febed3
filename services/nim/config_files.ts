/** Override files, and what tells whether a configuration is to come (`spec/nim.md §2.2, 4`). */
import { type Device, errorText } from "../agent/mod.ts";
import { replaceFile } from "../pubsub/mod.ts";
import { type DevicePortConfig, goTime, topics } from "../topics/mod.ts";
import { MAX_OVERRIDE_FILE, readOverrideFile, takesOverrideFiles } from "./dpc/override_files.ts";

/** What is there when nim starts. */
export interface FoundConfigs {
  /** The device had a configuration before: files and bootstrap count no more. */
  readonly lastConfig: boolean;
  readonly bootstrapConfig: boolean;
}

/** Looks at the disk; the content does not matter. */
export function findConfigs({ paths }: Pick<Device, "paths">): FoundConfigs {
  return {
    lastConfig: [paths.lastConfig, `${paths.lastConfig}.bak`].some((path) => sizeOf(path) > 0),
    bootstrapConfig: sizeOf(paths.bootstrapConfig) !== -1,
  };
}

/** Copies `/config/DevicePortConfig/*.json`, complete, to where they are read. */
export function ingestOverrideFiles(device: Device, found: FoundConfigs): void {
  for (const [name, dpc] of readOverrideFiles(device, found)) {
    try {
      Deno.mkdirSync(globalFolder(device), { recursive: true });
      replaceFile(`${globalFolder(device)}/${name}`, topics.global.DevicePortConfig.codec.encode(dpc));
    } catch (error) {
      device.log.error(`/config/DevicePortConfig/${name}: ${errorText(error)}; the file is skipped`);
    }
  }
}

/** File name → its configuration; each file that can't be used is logged. None if files do not count. */
export function readOverrideFiles(
  device: Device,
  found: FoundConfigs,
): ReadonlyMap<string, DevicePortConfig> {
  const folder = `${device.paths.config}/DevicePortConfig`;
  const configs = new Map<string, DevicePortConfig>();
  for (const name of takesOverrideFiles(found) ? jsonFiles(folder) : []) {
    try {
      const read = readOverrideFile(name, contentOf(`${folder}/${name}`), goTime(device.clock.now()));
      if (read.kind === "dpc") configs.set(name, read.dpc);
      else device.log.error(read.reason);
    } catch (error) {
      device.log.error(`/config/DevicePortConfig/${name}: ${errorText(error)}; the file is skipped`);
    }
  }
  return configs;
}

/** Of a file that is too large, just enough to see that. */
function contentOf(path: string): Uint8Array {
  return sizeOf(path) > MAX_OVERRIDE_FILE ? new Uint8Array(sizeOf(path)) : Deno.readFileSync(path);
}

/** A configuration is to come from a file or from the bootstrap (`expectBootstrapDPCs`). */
export function expectsBootstrap(device: Device, found: FoundConfigs): boolean {
  return !found.lastConfig && (found.bootstrapConfig || jsonFiles(globalFolder(device)).length > 0);
}

/** A configuration of this key came from a file (`spec/nim.md §5.1`). */
export function hasConfigFile(device: Pick<Device, "paths">, key: string): boolean {
  const folders = [globalFolder(device), `${device.paths.config}/DevicePortConfig`];
  return !key.includes("/") && folders.some((folder) => sizeOf(`${folder}/${key}.json`) !== -1);
}

function globalFolder({ paths }: Pick<Device, "paths">): string {
  return `${paths.run}/global/DevicePortConfig`;
}

function jsonFiles(folder: string): string[] {
  try {
    return Array.from(Deno.readDirSync(folder), ({ name }) => name).filter((name) => name.endsWith(".json"))
      .sort();
  } catch {
    return [];
  }
}

/** -1 if there is none. */
function sizeOf(path: string): number {
  try {
    return Deno.statSync(path).size;
  } catch {
    return -1;
  }
}
