/**
 * `memory_zedbox`: the proportional set size (PSS) of an onboarded, idle device whose five programs are links to one
 * executable, and of the same in one process (`zedbox all`). Bare: one executable, started five times and once, of a program
 * that imports the same libraries of the runtime and does nothing.
 */
import { hostArch } from "../../scripts/build/arch.ts";
import { executable } from "../../scripts/build/compile.ts";
import { type Child, startChild } from "../site/child.ts";
import { type Bench, NotMeasured } from "./bench.ts";
import { type DeviceFolder, openControllerSite, startAll } from "./device_site.ts";
import { megabytesOf, onboard, sum, untilConfigured } from "./idle_memory.ts";
import { bareExecutables, exists } from "./programs.ts";
import { linksTo } from "./zedbox_links.ts";

/** See the file's head. */
export const memoryZedboxBench: Bench = {
  name: "memory_zedbox",
  async run({ diskFolder, idleSeconds, tell }) {
    const zedbox = executable(hostArch, "zedbox");
    if (!exists(zedbox)) throw new NotMeasured(`no ${zedbox}; "./scripts/run build" makes it`);
    const [bare = ""] = await bareExecutables();
    await using site = await openControllerSite(diskFolder);
    const links = linksTo(zedbox, diskFolder);
    const measured = async (
      start: (device: DeviceFolder) => Iterable<Child>,
      bareCount: number,
    ): Promise<{ ours: number; bare: number }> => {
      const device = await site.newDevice();
      await onboard(device, links.programs);
      const ours = [...start(device)];
      const others = Array.from({ length: bareCount }, () => startChild(bare, []));
      try {
        await untilConfigured(device);
        tell(`idle for ${idleSeconds} s`);
        await new Promise((resolve) => setTimeout(resolve, idleSeconds * 1000));
        const megabytes = (children: readonly Child[]) =>
          sum(children.map(({ pid }) => megabytesOf(pid) ?? NaN));
        return { ours: megabytes(ours), bare: megabytes(others) };
      } finally {
        await Promise.all([...ours, ...others].map((child) => child.stop()));
      }
    };
    try {
      const linked = await measured((device) => startAll(links.programs, device, false).values(), 5);
      const together = await measured(({ root, portsFile }) => {
        const words = ["all", "--root", root, "--standalone", "--ports", portsFile];
        return [startChild(zedbox, [...words, "--screen", `${root}/run/diag.screen`], true)];
      }, 1);
      const after = `after ${idleSeconds} idle seconds (PSS)`;
      return [
        {
          what: `memory of zedbox as five links ${after}`,
          unit: "MB",
          ...linked,
          budget: { kind: "figure", most: 190 },
        },
        {
          what: `memory of zedbox all ${after}`,
          unit: "MB",
          ...together,
          budget: { kind: "figure", most: 110 },
        },
      ];
    } finally {
      Deno.removeSync(links.folder, { recursive: true });
    }
  },
};
