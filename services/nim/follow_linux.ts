/** Reads Linux when something wakes nim, and now and then in case nothing did. */
import { type Device, errorText, every, jitter, signalOnce } from "../agent/mod.ts";
import { readLeases, readNetwork } from "./observe/network.ts";
import { watchNetwork } from "./observe/watch.ts";
import type { Network } from "./parts.ts";

/** A look at Linux that nothing asked for, in milliseconds: repairs a missed event. */
const lookIntervalMs = 300_000;

/** See {@linkcode followLinux}. */
export interface LinuxFollower {
  /** Resolves after the first look, whatever came of it. */
  readonly first: Promise<void>;
  /** Resolves when the device ends. */
  readonly running: Promise<unknown>;
}

/**
 * @param asTheMachine as of `watchNetwork`
 * @param leaseInterfaces whose DHCP clients are asked; their answers come later than the rest, since they may take a second
 * @param told of each look; a look that failed is logged, and what was known stays
 */
export function followLinux(
  device: Device,
  asTheMachine: boolean,
  leaseInterfaces: () => readonly string[],
  told: (network: Network) => void,
): LinuxFollower {
  const look = signalOnce();
  const askLeases = signalOnce();
  const first = Promise.withResolvers<void>();
  let network: Network | undefined;
  const [readingLinks, readingLeases] = [reader(device), reader(device)];

  const lookAtLinks = async () => {
    look.fire();
    while (await look.wait(device.signal)) {
      const read = await readingLinks(() => readNetwork(device, []));
      if (read !== undefined) {
        network = { ...read, leases: network?.leases ?? read.leases };
        told(network);
      }
      first.resolve();
      askLeases.fire();
    }
    first.resolve();
  };
  const lookAtLeases = async () => {
    while (await askLeases.wait(device.signal)) {
      const names = leaseInterfaces();
      if (names.length === 0 || network === undefined) continue;
      const { links } = network;
      const leases = await readingLeases(() => readLeases(device, links, names));
      if (leases === undefined || leasesText(leases) === leasesText(network.leases)) continue;
      network = { ...network, leases };
      told(network);
    }
  };
  const running = Promise.all([
    lookAtLinks(),
    lookAtLeases(),
    watchNetwork(device, asTheMachine, () => look.fire()),
    every(device, () => jitter(device.random, lookIntervalMs), () => look.fire()),
  ]);
  return { first: first.promise, running };
}

/** Runs reads that may fail; what is wrong is told once. @returns runs one; `undefined` if it failed or the device has ended */
function reader({ log, signal }: Device): <T>(read: () => Promise<T>) => Promise<T | undefined> {
  let lastError = "";
  return async (read) => {
    try {
      const found = await read();
      lastError = "";
      return signal.aborted ? undefined : found;
    } catch (error) {
      const text = errorText(error);
      if (text !== lastError && !signal.aborted) log.error(text);
      lastError = text;
      return undefined;
    }
  };
}

function leasesText(leases: Network["leases"]): string {
  return JSON.stringify([...leases].toSorted(([a], [b]) => a < b ? -1 : 1));
}
