/** Commands of this machine. */
import { assert, assertEquals } from "@std/assert";
import { existsSync } from "node:fs";
import { systemCommands } from "./commands.ts";
import { testDevice, until } from "./test_device.ts";

Deno.test("a command gives its words and its code; one that is not there is code -1", async () => {
  const { code, stdout, stderr } = await systemCommands.run("sh", ["-c", "echo out; echo err >&2; exit 3"]);
  assertEquals([code, stdout, stderr], [3, "out\n", "err\n"]);
  assertEquals((await systemCommands.run("no-such-command-here", [])).code, -1);
});

Deno.test("an abort ends a command, also one that does not hear SIGTERM, and one that begins after it", async () => {
  await using device = testDevice();
  for (const [trap, least] of [["", 0], ["trap '' TERM; ", 400]] as const) {
    const ready = `${device.paths.run}/ready${least}`;
    const end = new AbortController();
    const words = ["-c", `${trap}touch "$0"; exec sleep 60`, ready];
    const running = systemCommands.run("sh", words, end.signal);
    await until("it runs", () => existsSync(ready));
    const aborted = performance.now();
    end.abort();
    const { code } = await running;
    const took = performance.now() - aborted;
    assert(code !== 0 && took >= least && took < 10_000, `${words}: code ${code} after ${took} ms`);
  }
  const late = await systemCommands.run("sleep", ["60"], AbortSignal.abort());
  assert(late.code !== 0);
});
