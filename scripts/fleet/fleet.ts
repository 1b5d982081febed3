/** Many virtual devices in this process: they start spread over a while, live, and end together. */
import { loadIdentity } from "../../controllerconn/mod.ts";
import { systemClock, systemRandom } from "../../services/agent/mod.ts";
import type { Admin } from "./admin.ts";
import { fleetNetwork } from "./fleet_network.ts";
import { Measurements } from "./measuring.ts";
import { type FleetResult, FORMAT } from "./result.ts";
import { devicesOf, type Shard, shardText } from "./shard.ts";
import { live } from "./virtual_device.ts";

/** The onboarding pair, PEM text. */
export interface OnboardPair {
  readonly certPem: string;
  readonly keyPem: string;
}

/** See the help of `scripts/fleet.ts`. Times in seconds. */
export interface FleetOptions {
  readonly devices: number;
  readonly shard: Shard;
  readonly server: string;
  readonly rootCertificatePem: string;
  readonly systemRootsPem: string;
  readonly onboard: OnboardPair;
  readonly admin?: Admin;
  readonly ramp: number;
  /** After the ramp. */
  readonly seconds: number;
  readonly poll: number;
  readonly logs: number;
  readonly logBytes: number;
  /** Takes a folder for each device. */
  readonly folder: string;
  readonly log: (line: string) => void;
}

/** How far a fleet is. */
export interface Progress {
  readonly devices: number;
  readonly onboarded: number;
  readonly configured: number;
  readonly polls: number;
  readonly uploads: number;
  readonly seconds: number;
}

/** @param tell called every second @param stop ends it early; what was measured so far counts */
export async function runFleet(
  options: FleetOptions,
  tell: (progress: Progress) => void = () => {},
  stop?: AbortSignal,
): Promise<FleetResult> {
  const { shard, server, admin, onboard } = options;
  const devices = devicesOf(shard, options.devices);
  const ending = new AbortController();
  stop?.addEventListener("abort", () => ending.abort(), { once: true });
  const { signal } = ending;
  const measurements = new Measurements();
  const encoder = new TextEncoder();
  let [onboarded, configured] = [0, 0];
  const startedAt = Date.now();
  let lastOnboardedAt = startedAt;
  const setting = {
    server,
    rootCertificatePem: options.rootCertificatePem,
    systemRootsPem: options.systemRootsPem,
    onboard: loadIdentity(encoder.encode(onboard.certPem), encoder.encode(onboard.keyPem)),
    network: await fleetNetwork(server, signal),
    folder: options.folder,
    measurements,
    pollMs: options.poll * 1000,
    logMs: options.logs * 1000,
    logBytes: options.logBytes,
    async onboarded(uuid: string) {
      onboarded++;
      lastOnboardedAt = Date.now();
      await admin?.configure(uuid);
    },
    configured: () => void configured++,
    log: options.log,
    signal,
  };
  const before = Deno.memoryUsage().rss;
  const one = async (n: number) => {
    // Evenly, and a little by chance, as devices come back after a power cut.
    await systemClock.sleep(((n + systemRandom.next()) / Math.max(1, devices)) * options.ramp * 1000, signal);
    if (signal.aborted) return;
    try {
      await live(n, setting);
    } catch (error) {
      options.log(`device ${n}: ${error instanceof Error ? error.message : error}\n`);
      measurements.record("device", 0, error instanceof Error ? error.name : "failed", false);
    }
  };
  const all = Promise.all(Array.from({ length: devices }, (_, n) => one(n)));
  const until = startedAt + (options.ramp + options.seconds) * 1000;
  while (!signal.aborted && Date.now() < until) {
    await systemClock.sleep(Math.min(1000, until - Date.now()), signal);
    tell({
      devices,
      onboarded,
      configured,
      polls: measurements.count("config"),
      uploads: measurements.count("newlogs"),
      seconds: (Date.now() - startedAt) / 1000,
    });
  }
  const after = Deno.memoryUsage().rss;
  const endedAt = Date.now();
  ending.abort();
  await all;
  return {
    format: FORMAT,
    shards: [shardText(shard)],
    devices,
    onboarded,
    configured,
    startedAt,
    lastOnboardedAt,
    endedAt,
    requests: measurements.data(),
    memory: { processes: 1, before, after },
  };
}
