/**
 * `start`: all five executables from exec until the device is onboarded and its first configuration is applied.
 * Bare: five executables of a program that does nothing, from exec until each has said a line.
 */
import { type Bench, NotMeasured } from "./bench.ts";
import { startChild } from "../site/child.ts";
import { type ControllerSite, openControllerSite, progress, startAll } from "./device_site.ts";
import { allExecutables, bareExecutables } from "./programs.ts";
import { interleave, median } from "./rounds.ts";

const ROUNDS = 7;
const LOOK_EVERY_MS = 3;
const PATIENCE_MS = 30_000;

/** See the file's head. */
export const startBench: Bench = {
  name: "start",
  async run({ diskFolder, tell }) {
    const executables = allExecutables();
    const bare = await bareExecutables();
    await using site = await openControllerSite(diskFolder);
    const onboarded: number[] = [];
    const times = await interleave(
      [
        {
          name: "configured",
          async run() {
            const reached = await bringUp(site, executables);
            tell(
              `onboarded ${reached.onboarded.toFixed(0)} ms, configured ${reached.configured.toFixed(0)} ms`,
            );
            onboarded.push(reached.onboarded);
            return reached.configured;
          },
        },
        { name: "bare", run: () => startBare(bare) },
      ],
      ROUNDS,
      1,
    );
    const bareSeconds = median(times.get("bare")) / 1000;
    return [
      {
        what: "five executables, exec to onboarded",
        unit: "s",
        ours: median(onboarded) / 1000,
        bare: bareSeconds,
        budget: { kind: "none" },
      },
      {
        what: "five executables, exec to first config applied",
        unit: "s",
        ours: median(times.get("configured")) / 1000,
        bare: bareSeconds,
        budget: { kind: "figure", most: 1.5 },
      },
    ];
  },
};

async function bringUp(
  site: ControllerSite,
  executables: ReturnType<typeof allExecutables>,
): Promise<{ onboarded: number; configured: number }> {
  const device = await site.newDevice();
  const begin = performance.now();
  const running = startAll(executables, device, true);
  let onboarded = 0;
  try {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      const now = performance.now() - begin;
      const reached = progress(device);
      if (reached.onboarded) onboarded ||= now;
      if (reached.configured) return { onboarded, configured: now };
      if (now > PATIENCE_MS) {
        throw new NotMeasured(`after ${PATIENCE_MS / 1000} s the device was ${JSON.stringify(reached)}`);
      }
    }
  } finally {
    await Promise.all(running.values().map((child) => child.stop()));
  }
}

async function startBare(paths: readonly string[]): Promise<number> {
  const begin = performance.now();
  const running = paths.map((path) => startChild(path, []));
  await Promise.all(running.map((child) => child.line()));
  const took = performance.now() - begin;
  await Promise.all(running.map((child) => child.stop()));
  return took;
}
