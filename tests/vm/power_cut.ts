/**
 * The power of a whole device is cut at seeded moments, while its configuration changes and log files come. A part of
 * `./scripts/run vm`, by its name no test of CI's. `VM_CUTS` and `VM_SEED` change how many and which moments.
 */
import { assert, assertEquals, assertGreaterOrEqual } from "@std/assert";
import { seededRandom } from "../../services/agent/test_device.ts";
import { say } from "../bench/stdio.ts";
import { pause, until } from "../site/until.ts";
import { CutDevice } from "./cut_device.ts";
import { type CutFindings, inspectDisk } from "./cut_findings.ts";

const cuts = Number(Deno.env.get("VM_CUTS") ?? 10);
const seed = Number(Deno.env.get("VM_SEED") ?? 7);
/** A third of the cuts come soon after the start of the programs, the others soon after the first fetched configuration. */
const earlyShare = 1 / 3;
const earlyMs = 20_000;
const busyMs = 20_000;
const changeEveryMs = 3_000;
const patientMs = 300_000;

Deno.test(`vm: ${cuts} power cuts, seed ${seed}: nothing acknowledged is lost, nothing is torn`, async () => {
  await using device = await CutDevice.open();
  const random = seededRandom(seed);
  let acknowledged = 0;
  let wasRegistered = "";
  const changing = setInterval(() => device.change(), changeEveryMs);
  try {
    for (let cut = 1; cut <= cuts; cut++) {
      await device.boot(patientMs);
      const started = performance.now();
      if (random.next() < earlyShare) await pause(random.next() * earlyMs);
      else {
        await until(
          "it fetches its configuration",
          () => device.hasFetched(),
          patientMs,
          () => device.console,
        );
        await pause(random.next() * busyMs);
      }
      const lifeMs = performance.now() - started;
      const deliveredBefore = await device.delivered();
      const { kept, lost } = await device.cutPower(random);
      acknowledged = Math.max(acknowledged, device.acknowledged());
      const found = await inspectDisk(device.dataDisk, device.folder);
      const phase = device.hasFetched() ? "configured" : device.uuid === undefined ? "unknown" : "registered";
      say(
        `vm: cut ${cut} after ${(lifeMs / 1000).toFixed(1)} s, ${phase}: ${lost} of ${
          kept + lost
        } unflushed blocks ` +
          `lost; saved ${found.saved.map((n) => n ?? "none").join(", ")}, acknowledged ${acknowledged} of ` +
          `${device.version}; logs ${device.written.size} written, ${deliveredBefore.size} delivered`,
      );
      await check(device, found, acknowledged, deliveredBefore);
      if (wasRegistered !== "") assertEquals(found.uuid, wasRegistered, "the device knows who it is");
      wasRegistered = found.uuid;
    }
    await device.boot(patientMs);
    await until("configured again", () => device.hasFetched(), patientMs, () => device.console);
    clearInterval(changing);
    await until(
      "the last configuration is acknowledged",
      () => device.version > 0 && device.acknowledged() === device.version,
      patientMs,
      () => device.console,
    );
    await until(
      "all log files are delivered",
      async () => {
        const delivered = await device.delivered();
        return [...device.written].every((n) => delivered.has(n));
      },
      patientMs,
      () => device.console,
    );
    assertEquals(device.controller.devices().length, 1, "registered once");
  } finally {
    clearInterval(changing);
  }
});

async function check(
  device: CutDevice,
  found: CutFindings,
  acknowledged: number,
  delivered: ReadonlySet<number>,
): Promise<void> {
  assertEquals(found.torn, []);
  const saved = found.saved.filter((version) => version !== undefined);
  for (const version of saved) {
    assert(version >= 0 && version <= device.version, `version ${version} was never served`);
  }
  if (acknowledged > 0) {
    assertGreaterOrEqual(Math.max(0, ...saved), acknowledged, "an acknowledged configuration is lost");
  }
  const now = new Set([...delivered, ...await device.delivered()]);
  const gone = [...device.written].filter((n) => !found.logs.has(n) && !now.has(n));
  assertEquals(gone, [], "log files that are neither on the disk nor at the controller");
}
