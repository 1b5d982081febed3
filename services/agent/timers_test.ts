import { assertEquals } from "@std/assert";
import { signalOnce } from "./loops.ts";
import { testDevice } from "./test_device.ts";
import { childAbort, firedWithin, openTimer } from "./timers.ts";

Deno.test("a timer that is set again fires once, for the last setting", async () => {
  await using device = testDevice();
  const fired: string[] = [];
  const timer = openTimer(device);
  timer.set(10, () => fired.push("first"));
  timer.set(20, () => fired.push("second"));
  await device.clock.advance(15);
  assertEquals(fired, []);
  await device.clock.advance(15);
  assertEquals(fired, ["second"]);
  timer.set(10, () => fired.push("third"));
  timer.cancel();
  await device.clock.advance(20);
  assertEquals(fired, ["second"]);
});

Deno.test("waiting for a trigger ends by firing, by time or with the device", async () => {
  await using device = testDevice();
  const trigger = signalOnce();
  trigger.fire();
  assertEquals(await firedWithin(device, trigger, 1000), true);
  const late = firedWithin(device, trigger, 1000);
  await device.clock.advance(1000);
  assertEquals(await late, false);
  const ended = firedWithin(device, trigger, 1000);
  device.end();
  assertEquals(await ended, false);
});

Deno.test("a child aborts with its parent, also when nobody but the listener holds it", () => {
  const parent = new AbortController();
  let heard = 0;
  childAbort(parent.signal).signal.addEventListener("abort", () => heard++);
  const released = childAbort(parent.signal);
  released.release();
  parent.abort();
  assertEquals([heard, released.signal.aborted], [1, false]);
});
