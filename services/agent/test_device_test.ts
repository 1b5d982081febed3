import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { systemClock } from "./clock.ts";
import { fakeClock } from "./fake_clock.ts";
import { seededRandom, testDevice, until } from "./test_device.ts";

Deno.test("a fake clock wakes its sleepers at their instants, in order", async () => {
  const clock = fakeClock(1_000_000);
  const { signal } = new AbortController();
  const woken: string[] = [];
  const sleeper = async (name: string, ms: number, again: number) => {
    await clock.sleep(ms, signal);
    woken.push(`${name}@${clock.monotonic()}`);
    await clock.sleep(again, signal);
    woken.push(`${name}@${clock.monotonic()}`);
  };
  const all = Promise.all([sleeper("slow", 50, 50), sleeper("fast", 20, 10), sleeper("same", 20, 10)]);
  await clock.advance(40);
  assertEquals(woken, ["fast@20", "same@20", "fast@30", "same@30"]);
  assertEquals(clock.sleepers, [10]);
  assertEquals(clock.now(), 1_000_040);
  await clock.advance(1000);
  await all;
  assertEquals(woken.slice(4), ["slow@50", "slow@100"]);
  assertEquals(clock.monotonic(), 1040);
});

Deno.test("a step of the wall clock wakes nobody", async () => {
  const clock = fakeClock(0);
  const end = new AbortController();
  const sleeping = clock.sleep(10, end.signal);
  clock.step(3_600_000);
  assertEquals([clock.now(), clock.monotonic(), clock.sleepers], [3_600_000, 0, [10]]);
  end.abort();
  await sleeping;
  assertEquals(clock.sleepers, []);
  await clock.sleep(10, end.signal);
});

Deno.test("the machine's clock sleeps and ends with its signal", async () => {
  const end = new AbortController();
  const start = systemClock.monotonic();
  await systemClock.sleep(10, end.signal);
  assert(systemClock.monotonic() - start >= 9);
  const sleeping = systemClock.sleep(60_000, end.signal);
  end.abort();
  await sleeping;
});

Deno.test("seeded chance repeats itself", () => {
  const [one, two, other] = [seededRandom(1), seededRandom(1), seededRandom(2)];
  assertEquals([one.next(), one.uuid()], [two.next(), two.uuid()]);
  assert(one.next() !== other.next());
  assertMatch(one.uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

Deno.test("a test device has its own root, keeps what is logged and leaves nothing behind", async () => {
  let root = "";
  {
    await using device = testDevice({ agent: "nim", commands: { hostname: "box\n" } });
    root = device.paths.root;
    device.write("/config/server", "zedcloud.example");
    assertEquals(Deno.readTextFileSync(device.paths.server), "zedcloud.example");
    assertEquals([device.read("/config/server"), device.read("/config/none")], [
      "zedcloud.example",
      undefined,
    ]);
    device.log.warn("hot", 3);
    assertEquals(device.logged, ["WARN hot 3"]);
    assertEquals((await device.commands.run("hostname", [])).stdout, "box\n");
    assertEquals((await device.commands.run("reboot", ["-f"])).code, -1);
    assertEquals(device.commandLines, ["hostname", "reboot -f"]);
    assertEquals(device.bus, device.bus);
  }
  await assertRejects(() => Deno.stat(root), Deno.errors.NotFound);
});

Deno.test("until names what it waited for in vain", async () => {
  await assertRejects(() => until("pigs to fly", () => false, 10), Error, "pigs to fly");
});
