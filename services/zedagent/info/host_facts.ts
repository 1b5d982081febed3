/** What the operating system tells of itself; anything that is not permitted or not there is `undefined`. */
import { errorText } from "../../agent/mod.ts";
import type { Device } from "../../agent/mod.ts";
import { readFileIfPresent } from "../../pubsub/mod.ts";

/** As it is now. */
export interface HostFacts {
  /** As `uname -m` says: `x86_64`, `aarch64`. */
  readonly machine: string;
  readonly hostName: string | undefined;
  readonly uptimeSeconds: number | undefined;
}

/** Asks the runtime; never throws. */
export function hostFacts(device: Device): HostFacts {
  return {
    machine: Deno.build.arch,
    hostName: tolerant(device, "host name", () => Deno.hostname()),
    uptimeSeconds: tolerant(device, "uptime", () => Deno.osUptime()),
  };
}

/** Whether something stands there; `undefined` if that can't be told. */
export function exists(path: string): boolean | undefined {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    return error instanceof Deno.errors.NotFound ? false : undefined;
  }
}

/** Name servers and search domains of `/etc/resolv.conf`. */
export interface ResolvConf {
  readonly servers: readonly string[];
  readonly search: readonly string[];
}

/** Reads the device's file; empty without one. */
export function readResolvConf(device: Device): ResolvConf {
  const bytes = tolerant(device, device.paths.resolvConf, () => readFileIfPresent(device.paths.resolvConf));
  return parseResolvConf(new TextDecoder().decode(bytes));
}

/** Pure. */
export function parseResolvConf(text: string): ResolvConf {
  const servers: string[] = [];
  let search: readonly string[] = [];
  for (const line of text.split("\n")) {
    const [keyword, ...words] = line.trim().split(/\s+/);
    if (keyword === "nameserver" && words[0] !== undefined) servers.push(words[0]);
    if (keyword === "search") search = words;
  }
  return { servers, search };
}

/** What `ask` gives; `undefined`, with a line in the log, if it throws. */
export function tolerant<T>(device: Device, what: string, ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    device.log.debug(`${what} can't be had: ${errorText(error)}; it is not reported`);
    return undefined;
  }
}
