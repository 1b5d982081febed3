import { assertEquals } from "@std/assert";
import { every, signalOnce, waitFor } from "./loops.ts";
import { between, jitter } from "./random.ts";
import { seededRandom, testDevice } from "./test_device.ts";

Deno.test("every runs its work after each delay, survives its errors and ends with the device", async () => {
  await using device = testDevice();
  const runs: number[] = [];
  const loop = every(device, () => 1000 * (runs.length + 1), () => {
    runs.push(device.clock.monotonic());
    if (runs.length === 2) throw new Error("broken once");
  });
  await device.clock.advance(999);
  assertEquals(runs, []);
  await device.clock.advance(10_000);
  assertEquals(runs, [1000, 3000, 6000, 10000]);
  assertEquals(device.logged, ["ERROR periodic task failed: broken once; it goes on with the next period"]);
  device.end();
  await loop;
  assertEquals(device.clock.sleepers, []);
});

Deno.test("a trigger keeps one firing for its reader", async () => {
  const { signal } = new AbortController();
  const trigger = signalOnce();
  trigger.fire();
  trigger.fire();
  assertEquals(await trigger.wait(signal), true);
  let woken = false;
  const waiting = trigger.wait(signal).then((value) => woken = value);
  await Promise.resolve();
  assertEquals(woken, false);
  trigger.fire();
  await waiting;
  assertEquals(woken, true);
});

Deno.test("waiting ends with the signal", async () => {
  const end = new AbortController();
  const trigger = signalOnce();
  const waiting = [trigger.wait(end.signal), waitFor(signalOnce(), () => false, end.signal)];
  end.abort();
  assertEquals(await Promise.all(waiting), [false, false]);
  trigger.fire();
  assertEquals(await trigger.wait(end.signal), false);
});

Deno.test("waitFor looks again with each firing", async () => {
  const { signal } = new AbortController();
  const trigger = signalOnce();
  let count = 0;
  const waiting = waitFor(trigger, () => count >= 2, signal);
  for (; count < 2; count++) {
    trigger.fire();
    await new Promise<void>((resolve) => setTimeout(resolve, 0));
  }
  trigger.fire();
  assertEquals(await waiting, true);
});

Deno.test("jitter stays within ten per cent, between within its band", () => {
  const random = seededRandom(7);
  const jittered = Array.from({ length: 1000 }, () => jitter(random, 100));
  assertEquals(jittered.every((value) => value >= 90 && value < 110), true);
  assertEquals(Math.max(...jittered) - Math.min(...jittered) > 15, true);
  const banded = Array.from({ length: 1000 }, () => between(random, 3, 10));
  assertEquals(banded.every((value) => value >= 3 && value < 10), true);
});
