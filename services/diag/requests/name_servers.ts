/** Name servers asked one by one for the controller's name (`spec/diag.md §5.4`, and each port's own). */
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { abortable } from "../../../controllerconn/deadline.ts";
import { askServer } from "../../../controllerconn/dns/ask_server.ts";
import { addressesInHosts } from "../../../controllerconn/dns/hosts_file.ts";
import { childAbort, type Device } from "../../agent/mod.ts";
import type { NetworkPortStatus } from "../../topics/mod.ts";
import type { NameServerAnswer, SystemLookup } from "../facts/facts.ts";
import { usableOf } from "../facts/network.ts";
import { hostsText } from "./hosts_text.ts";

/** A name server that says nothing for so long does not help, in milliseconds. */
const SERVER_MS = 3_000;
/** `spec/diag.md §5.4` */
const LOOKUP_MS = 10_000;

/** Each name server of a port, from the port's own address. Nothing is asked for an address or a name of the hosts file. */
export async function askNameServers(
  device: Device,
  port: NetworkPortStatus,
  host: string,
  signal: AbortSignal,
): Promise<readonly NameServerAnswer[]> {
  if (needsNoServer(device, host)) return [];
  return await Promise.all((port.DNSServers ?? []).map(async (server) => {
    const family = isIP(server) === 6 ? 6 as const : 4 as const;
    const sourceAddr = usableOf(port).find((address) => isIP(address) === family);
    if (sourceAddr === undefined) {
      const problem = `the port has no IPv${family} address to ask it from`;
      return { server, addresses: [], problem, unasked: true as const };
    }
    const asked = await ask(device, { host, server, family, sourceAddr }, signal);
    return { server, ...asked };
  }));
}

async function ask(
  device: Device,
  question: { host: string; server: string; family: 4 | 6; sourceAddr: string },
  signal: AbortSignal,
): Promise<{ addresses: readonly string[]; problem?: string }> {
  const own = childAbort(signal);
  const timer = device.clock.sleep(SERVER_MS, own.signal).then(own.abort);
  try {
    const id = Math.floor(device.random.next() * 65_536);
    const answer = await askServer({ ...question, id, signal: own.signal });
    if (answer.addresses.length > 0 || answer.code === "NOERROR") return { addresses: answer.addresses };
    return { addresses: [], problem: `answers ${answer.code}` };
  } catch (error) {
    const reason = error instanceof Error && !own.signal.aborted
      ? error.message
      : `no answer within ${SERVER_MS} ms`;
    return { addresses: [], problem: reason };
  } finally {
    own.abort();
    await timer;
  }
}

/** The one lookup of the report, by the system's own way. Never throws. */
export async function lookUp(device: Device, host: string, signal: AbortSignal): Promise<SystemLookup> {
  if (host === "" || isIP(host) !== 0) return { host, addresses: host === "" ? [] : [host] };
  const known = addressesInHosts(hostsText(device.paths), host);
  if (known.length > 0) return { host, addresses: known };
  const own = childAbort(signal);
  const timer = device.clock.sleep(LOOKUP_MS, own.signal).then(own.abort);
  try {
    const found = await abortable(lookup(host, { all: true }), own.signal);
    const addresses = found.map(({ address }) => address);
    return addresses.length > 0 ? { host, addresses } : { host, addresses, problem: "no address" };
  } catch (error) {
    const reason = error instanceof Error && !own.signal.aborted
      ? error.message
      : `no answer within ${LOOKUP_MS} ms`;
    return { host, addresses: [], problem: reason };
  } finally {
    own.abort();
    await timer;
  }
}

function needsNoServer(device: Device, host: string): boolean {
  return host === "" || isIP(host) !== 0 || /^(.*\.)?localhost\.?$/i.test(host) ||
    addressesInHosts(hostsText(device.paths), host).length > 0;
}
