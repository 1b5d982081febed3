/** What idle minutes cost nim, with real timers, before its next periodic test: a part of `./scripts/run lab`, by its name no test of CI's. */
import { assertLess } from "@std/assert";
import { processorMs } from "../../bench/monotonic.ts";
import { say } from "../../bench/stdio.ts";
import { pause } from "../../site/until.ts";
import { idleLab } from "./idle_lab.ts";

/** Twice the 20 ms that are wanted: where others use the caches, each wake-up costs more (docs/nim_lab.md). */
const MOST_MS = 40;

Deno.test("nim lab: processor time of idle minutes", async () => {
  await using site = await idleLab(1);
  await pause(45_000);
  for (const from of [45, 105, 165]) {
    const before = processorMs(site.pid);
    await pause(60_000);
    const used = processorMs(site.pid) - before;
    say(
      `lab: the minute from ${from} s after its start costs an idle nim ${
        used.toFixed(1)
      } ms of processor time`,
    );
    assertLess(used, MOST_MS);
  }
});
