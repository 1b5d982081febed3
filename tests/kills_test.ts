/**
 * 100 kills -9 spread over all programs (decisions.md 24), and 10 of zedagent at chosen moments; `./scripts/run kills` does 100
 * for each, and 200.
 */
import { assert, assertEquals } from "@std/assert";
import { liveThrough } from "./kills/device_life.ts";
import { killZedagent } from "./kills/zedagent_life.ts";

Deno.test("[pubsub#28][client#34] 100 kills at random moments: the same state is reached, no log is lost, no file torn, no temporary left", async () => {
  const outcome = await liveThrough(
    { client: 25, zedagent: 30, loguploader: 25, nim: 15, diag: 5 },
    20261125,
  );
  assertEquals(outcome.kills, 100);
  assert(outcome.logFiles >= 50);
});

Deno.test("10 kills in the midst of a new configuration, a reboot command, a report: nothing acknowledged is missing, each reboot happens once", async () => {
  const { kills, ordered, reports } = await killZedagent(10, 20261125);
  assertEquals(kills.config + kills.command + kills.report, 10);
  assertEquals(ordered.before + ordered.after, kills.command);
  // At least what is waited for after each of them.
  assert(reports > 10);
});
