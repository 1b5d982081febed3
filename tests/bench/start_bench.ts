/**
 * `start`: all five programs from exec until the device is onboarded and its first configuration is applied, as five
 * executables and as five links to zedbox. Bare: five executables of a program that does nothing, from exec until each has
 * said a line.
 */
import { hostArch } from "../../scripts/build/arch.ts";
import { executable } from "../../scripts/build/compile.ts";
import { type Bench, NotMeasured, type Row } from "./bench.ts";
import { startChild } from "../site/child.ts";
import { type ControllerSite, openControllerSite, progress, startAll } from "./device_site.ts";
import { allExecutables, bareExecutables, exists } from "./programs.ts";
import { interleave, median } from "./rounds.ts";
import { linksTo } from "./zedbox_links.ts";

const ROUNDS = 7;
const LOOK_EVERY_MS = 3;
const PATIENCE_MS = 30_000;

/** See the file's head. */
export const startBench: Bench = {
  name: "start",
  async run({ diskFolder, tell }) {
    const zedbox = executable(hostArch, "zedbox");
    if (!exists(zedbox)) throw new NotMeasured(`no ${zedbox}; "./scripts/run build" makes it`);
    const bare = await bareExecutables();
    await using site = await openControllerSite(diskFolder);
    const links = linksTo(zedbox, diskFolder);
    const forms = { "five executables": allExecutables(), "zedbox as five links": links.programs };
    const onboarded = new Map<string, number[]>();
    try {
      const times = await interleave(
        [
          ...Object.entries(forms).map(([name, programs]) => ({
            name,
            async run() {
              const reached = await bringUp(site, programs);
              const { onboarded: first, configured } = reached;
              tell(`${name}: onboarded ${first.toFixed(0)} ms, configured ${configured.toFixed(0)} ms`);
              onboarded.set(name, [...onboarded.get(name) ?? [], first]);
              return configured;
            },
          })),
          { name: "bare", run: () => startBare(bare) },
        ],
        ROUNDS,
        1,
      );
      const bareSeconds = median(times.get("bare")) / 1000;
      return Object.keys(forms).flatMap((name): Row[] => [
        {
          what: `${name}, exec to onboarded`,
          unit: "s",
          ours: median(onboarded.get(name)) / 1000,
          bare: bareSeconds,
          budget: { kind: "none" },
        },
        {
          what: `${name}, exec to first config applied`,
          unit: "s",
          ours: median(times.get(name)) / 1000,
          bare: bareSeconds,
          budget: { kind: "figure", most: 1.5 },
        },
      ]);
    } finally {
      Deno.removeSync(links.folder, { recursive: true });
    }
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
