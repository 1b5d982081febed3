/** 100 kills -9 spread over all programs (decisions.md 24); `./scripts/run kills` does 100 for each. */
import { assert, assertEquals } from "@std/assert";
import { liveThrough } from "./kills/device_life.ts";

Deno.test("[pubsub#28][client#34] 100 kills at random moments: the same state is reached, no log is lost, no file torn, no temporary left", async () => {
  const outcome = await liveThrough(
    { client: 25, zedagent: 30, loguploader: 25, nim: 15, diag: 5 },
    20261125,
  );
  assertEquals(outcome.kills, 100);
  assert(outcome.logFiles >= 50);
});
