import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { testDevice } from "./test_device.ts";
import { keepTouched, registerWatchdog, touch } from "./touch_file.ts";

Deno.test("[pubsub#26] the touch file is empty, 0644, and never older than 30 s", async () => {
  await using device = testDevice({ agent: "zedagent" });
  const path = `${device.paths.run}/zedagent.touch`;
  const age = () => device.clock.now() - (Deno.statSync(path).mtime?.getTime() ?? 0);
  const touching = keepTouched(device);
  const file = Deno.statSync(path);
  assertEquals([file.size, (file.mode ?? 0) & 0o777], [0, 0o644]);
  assertEquals(file.atime?.getTime(), device.clock.now());
  let oldest = 0;
  for (let second = 0; second < 300; second++) {
    await device.clock.advance(1000);
    oldest = Math.max(oldest, age());
  }
  assertEquals(oldest > 20_000 && oldest < 30_000, true, `oldest ${oldest} ms`);
  device.end();
  await touching;
});

Deno.test("the touch files of a device tick together, also one that joins later, none older than 30 s", async () => {
  await using device = testDevice({ agent: "nim" });
  const touched = (name: string) => Deno.statSync(`${device.paths.run}/${name}.touch`).mtime?.getTime() ?? 0;
  const first = keepTouched(device);
  await device.clock.advance(15_000);
  const second = keepTouched(device, "nim-DpcManager");
  assertEquals([touched("nim"), touched("nim-DpcManager")].map((at) => device.clock.now() - at), [15_000, 0]);
  await device.clock.advance(15_000);
  for (let second = 0; second < 100; second++) {
    await device.clock.advance(1000);
    assertEquals(touched("nim-DpcManager"), touched("nim"));
    assert(device.clock.now() - touched("nim") < 30_000);
  }
  device.end();
  await Promise.all([first, second]);
});

Deno.test("an event touches the file at once, also one that has vanished", async () => {
  await using device = testDevice({ agent: "nim" });
  touch(device);
  Deno.removeSync(`${device.paths.run}/nim.touch`);
  await device.clock.advance(5000);
  touch(device);
  touch(device, "nim-DpcManager");
  for (const name of ["nim", "nim-DpcManager"]) {
    assertEquals(Deno.statSync(`${device.paths.run}/${name}.touch`).mtime?.getTime(), device.clock.now());
  }
});

Deno.test("a touch file that can't be written is logged and ends nothing", async () => {
  await using device = testDevice({ agent: "nim" });
  Deno.removeSync(device.paths.run);
  touch(device);
  assertStringIncludes(device.logged.join(), "ERROR touch file");
});

Deno.test("the watchdog is told only where it has its folder", async () => {
  await using device = testDevice();
  assertEquals(registerWatchdog(device, "zedagentconfig"), false);
  Deno.mkdirSync(`${device.paths.run}/watchdog/file`, { recursive: true });
  assertEquals(registerWatchdog(device, "zedagentconfig"), true);
  assertEquals(device.read("/run/watchdog/file/zedagentconfig.touch"), "");
  assertEquals(device.logged, []);
});

Deno.test("-H: a touch file is made, then left to age", async () => {
  await using device = testDevice();
  const hanging = { ...device, hangs: true };
  const path = `${device.paths.run}/testagent.touch`;
  const touching = keepTouched(hanging);
  const made = Deno.statSync(path).mtime?.getTime();
  assertEquals(made, device.clock.now());
  await device.clock.advance(60_000);
  touch(hanging);
  assertEquals(Deno.statSync(path).mtime?.getTime(), made);
  device.end();
  await touching;
});
