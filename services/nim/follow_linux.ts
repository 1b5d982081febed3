/** Reads Linux when something wakes nim, and now and then in case nothing did. */
import { type Device, errorText, every, jitter, signalOnce } from "../agent/mod.ts";
import { readNetwork } from "./observe/network.ts";
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
 * @param leaseInterfaces whose DHCP clients are asked; their answers come later than the rest, since they may take a second
 * @param told of each look; a look that failed is logged, and what was known stays
 */
export function followLinux(
  device: Device,
  leaseInterfaces: () => readonly string[],
  told: (network: Network) => void,
): LinuxFollower {
  const look = signalOnce();
  const askLeases = signalOnce();
  const first = Promise.withResolvers<void>();
  let network: Network | undefined;
  let lastError = "";

  const reading = async (names: readonly string[]): Promise<Network | undefined> => {
    try {
      const read = await readNetwork(device, names);
      lastError = "";
      return device.signal.aborted ? undefined : read;
    } catch (error) {
      const text = errorText(error);
      if (text !== lastError && !device.signal.aborted) device.log.error(text);
      lastError = text;
      return undefined;
    }
  };
  const lookAtLinks = async () => {
    look.fire();
    while (await look.wait(device.signal)) {
      const read = await reading([]);
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
      if (names.length === 0) continue;
      const read = await reading(names);
      if (read === undefined || network === undefined) continue;
      if (leasesText(read) === leasesText(network)) continue;
      network = { ...network, leases: read.leases };
      told(network);
    }
  };
  const running = Promise.all([
    lookAtLinks(),
    lookAtLeases(),
    watchNetwork(device, () => look.fire()),
    every(device, () => jitter(device.random, lookIntervalMs), () => look.fire()),
  ]);
  return { first: first.promise, running };
}

function leasesText({ leases }: Network): string {
  return JSON.stringify([...leases].toSorted(([a], [b]) => a < b ? -1 : 1));
}
