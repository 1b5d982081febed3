/** All that nim knows of Linux, read in one go; needs no privilege and changes nothing (`spec/nim.md §13`). */
import { childAbort, type Device } from "../../agent/mod.ts";
import { readMachine } from "../machine.ts";
import type { Network } from "../parts.ts";
import { type Lease4, type Lease6, leaseOutcome, parseLease4, parseLease6 } from "./dhcp_lease.ts";
import { mergeResolvConfs } from "./port_resolv_conf.ts";
import { readPortResolvConfs, readResolvConf } from "./resolv_files.ts";

/** dhcpcd answers within milliseconds; Debian's, with privilege separation, never does. */
const leaseTimeoutMs = 1_000;

/**
 * @param leaseInterfaces whose DHCP client is asked; those that are not there cost nothing
 * @throws {Error} when links or routes can't be read, naming the command; a DHCP client that can't be asked is no lease
 */
export async function readNetwork(device: Device, leaseInterfaces: readonly string[]): Promise<Network> {
  const links = await readMachine(device.commands, device.signal);
  return {
    links,
    leases: await readLeases(device, links, leaseInterfaces),
    ...resolvConfsOf(readPortResolvConfs(device.paths.run)),
    hostResolv: mergeResolvConfs([readResolvConf(device.paths.resolvConf) ?? ""]),
  };
}

/** @param files interface name → texts of its resolver files */
export function resolvConfsOf(
  files: ReadonlyMap<string, readonly string[]>,
): Required<Pick<Network, "resolv" | "resolvFiles">> {
  const all = [...files];
  return {
    resolv: new Map(all.map(([name, texts]) => [name, mergeResolvConfs(texts)])),
    resolvFiles: new Map(all.map(([name, texts]) => [name, texts.map((text) => mergeResolvConfs([text]))])),
  };
}

/** Of these interfaces, as far as they are among the links; one whose DHCP client can't be asked has no lease. */
export async function readLeases(
  device: Device,
  links: Network["links"],
  leaseInterfaces: readonly string[],
): Promise<Network["leases"]> {
  const asked = links.map(({ name }) => name).filter((name) => leaseInterfaces.includes(name));
  const leases = await Promise.all(asked.map(async (name) => {
    const [v4, v6] = await Promise.all([
      readLease(device, name, "-4", parseLease4),
      readLease(device, name, "-6", parseLease6),
    ]);
    return [name, { ...(v4 && { v4 }), ...(v6 && { v6 }) }] as const;
  }));
  return new Map(leases.filter(([, { v4, v6 }]) => v4 !== undefined || v6 !== undefined));
}

async function readLease<Lease extends Lease4 | Lease6>(
  device: Device,
  name: string,
  family: "-4" | "-6",
  parse: (output: string) => Lease,
): Promise<Lease | undefined> {
  const limit = childAbort(device.signal);
  const timer = setTimeout(() => limit.abort(), leaseTimeoutMs);
  try {
    const { code, stdout, stderr } = await device.commands.run("dhcpcd", ["-U", family, name], limit.signal);
    if (leaseOutcome(code, stderr) === "lease") return stdout.trim() === "" ? undefined : parse(stdout);
    if (code !== -1 && leaseOutcome(code, stderr) === "failed") {
      device.log.debug(`dhcpcd -U ${family} ${name} ended with ${code}: ${stderr.trim()}; taken as no lease`);
    }
    return undefined;
  } finally {
    clearTimeout(timer);
    limit.release();
  }
}
