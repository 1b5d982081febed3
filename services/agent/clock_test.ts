/** The machine's clock, on the machine. */
import { assertEquals } from "@std/assert";
import { systemClock } from "./clock.ts";

Deno.test("a sleep of weeks does not end at once, and ends with its signal", async () => {
  const end = new AbortController();
  const over: number[] = [];
  // Settings go up to 2^32 - 1 seconds; the runtime's own timers to 2^31 - 1 milliseconds.
  const weeks = [2 ** 31, 2 ** 32 + 5, 2 ** 33 - 1, (2 ** 32 - 1) * 1000, Infinity];
  const sleeps = weeks.map((ms) => systemClock.sleep(ms, end.signal).then(() => over.push(ms)));
  await systemClock.sleep(20, end.signal);
  assertEquals(over, []);
  end.abort();
  await Promise.all(sleeps);
  assertEquals(over, weeks);
});
