/**
 * `zedagent_memory`: what the program holds with the huge configuration of `tests/corpus`, and after it has changed 10 times.
 * In the other column: the same program with the small one.
 */
import { openSite, untilConfigGetStatus } from "../../services/zedagent/testdata/test_site.ts";
import { until } from "../../services/agent/test_device.ts";
import { EdgeDevConfig } from "../../proto/device.ts";
import { topics } from "../../services/topics/mod.ts";
import { type DeviceSize, huge, small } from "../corpus/devices.ts";
import type { Bench, Row } from "./bench.ts";
import { changedConfig } from "./changed_config.ts";
import { type Memory, memoryOf, startPolling } from "./polling.ts";

const CHANGES = 10;
const PATIENCE_MS = 60_000;

/** See the file's head. */
export const zedagentMemoryBench: Bench = {
  name: "zedagent_memory",
  async run({ tell }) {
    tell(`the huge device, ${CHANGES} changes`);
    const ours = await memories(huge);
    tell("the small device");
    const other = await memories(small);
    const row = (what: string, of: (memory: typeof ours) => number): Row => ({
      what: `memory of zedagent with the huge config, against the small one: ${what}`,
      unit: "MB",
      ours: of(ours),
      bare: of(other),
      budget: { kind: "none" },
    });
    return [
      row("RSS once it is applied", ({ first }) => first.rssMB),
      row("heap in use, collected", ({ first }) => first.heapMB),
      row(`RSS after ${CHANGES} changes of everything`, ({ last }) => last.rssMB),
      row("heap in use after them, collected", ({ last }) => last.heapMB),
    ];
  },
};

async function memories(size: DeviceSize): Promise<{ readonly first: Memory; readonly last: Memory }> {
  await using site = await openSite();
  site.openGates();
  const serve = (version: number) => {
    const config = EdgeDevConfig.decode(changedConfig(size, version));
    site.serve({
      ...config,
      id: { uuid: site.uuid, version: String(version) },
      configItems: [{ key: "timer.config.interval", value: "5" }],
    });
  };
  const isApplied = (version: number) =>
    site.read(topics.zedagent.EdgeNodeInfo)?.DeviceName.endsWith(` of ${version}`) === true;
  serve(0);
  await using zedagent = startPolling(site.root);
  await untilConfigGetStatus(site, 1, PATIENCE_MS);
  const first = await memoryOf(zedagent);
  for (let version = 1; version <= CHANGES; version++) {
    serve(version);
    await until(`version ${version}`, () => isApplied(version), PATIENCE_MS);
  }
  return { first, last: await memoryOf(zedagent) };
}
