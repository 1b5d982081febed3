/** A publisher killed at every system call boundary it has. The calls are found by a run that is not killed. */
import { assert, assertEquals } from "@std/assert";
import { killAt, makeRoot } from "./kill_points/kill_at.ts";
import { steps } from "./kill_points/play.ts";
import { type Run, runTraced } from "./kill_points/strace.ts";

const AT_ONCE = 2;

Deno.test("[pubsub#14][pubsub#17][pubsub#28] killed at any system call: nothing torn, nothing older than acknowledged, its successor and subscribers agree", async () => {
  const whole = await wholeRun();
  const made = new Set(
    whole.calls.map(({ syscall }) => syscall.replace(/at2?$/, "").replace("open", "openat")),
  );
  for (const syscall of ["openat", "write", "fsync", "close", "rename", "unlink", "mkdir", "flock"]) {
    assert(made.has(syscall), `the publisher makes ${syscall}`);
  }
  for (const part of ["a.json.bak", "restarted", "fsync persist/status/meter/Kept"]) {
    assert(whole.calls.some(({ label }) => label.includes(part)), `a call on ${part}`);
  }
  assert(whole.calls.length > 120, `only ${whole.calls.length} calls were found`);
  const left = [...whole.calls];
  const failed: string[] = [];
  const work = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const { when, label } = next;
      await killAt(next).catch((error) => failed.push(`${label} (${when}): ${error}`));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  assertEquals(failed, []);
});

/** A run that is not killed; two must be alike before their calls are counted on. */
async function wholeRun(): Promise<Run> {
  const runs: string[] = [];
  for (;;) {
    const root = await makeRoot();
    const run = await runTraced(root).finally(() => Deno.remove(root, { recursive: true }));
    assertEquals([run.acknowledged, run.killed], [steps.length, false]);
    const text = JSON.stringify(run.calls);
    if (runs.includes(text)) return run;
    runs.push(text);
    assert(runs.length < 6, "six runs made different system calls");
  }
}
