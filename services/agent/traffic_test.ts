/** Counters by purpose on their way to the bus. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { topics } from "../topics/mod.ts";
import { type TestDevice, testDevice, until } from "./test_device.ts";
import { openTraffic } from "./traffic.ts";

const topic = topics.zedagent.TrafficCounters;
const url = "https://c/api/v2/edgedevice/id/6f1b/info";
const one = { sent: 100, received: 10, milliseconds: 5 };
const file = "/run/zedagent/TrafficCounters/global.json";

function requests(device: TestDevice): number | undefined {
  const text = device.read(file);
  return text === undefined ? undefined : topic.codec.decode(text)["eth0"]?.["info"]?.Requests;
}

Deno.test("the first counts are published soon, then no more than once a minute, and only what is new", async () => {
  await using device = testDevice({ agent: "zedagent" });
  const { purposes } = openTraffic(device, topic);
  await device.clock.advance(3_600_000);
  assertEquals(
    [requests(device), device.clock.sleepers],
    [undefined, []],
    "nothing sent, nothing told, no timer",
  );
  purposes.record(url, "eth0", one);
  purposes.record(url, "eth0", one);
  await device.clock.advance(1_200);
  assertEquals(requests(device), 2);
  assertEquals(
    device.read(file),
    '{"eth0":{"info":{"Requests":2,"Failures":0,"FailureKinds":{},"SentBytes":200,"ReceivedBytes":20,"TotalTimeMs":10,"LastTimeMs":5}}}',
  );
  assertEquals(device.clock.sleepers, []);
  for (let second = 0; second < 58; second++) {
    purposes.record(url, "eth0", one);
    await device.clock.advance(1_000);
    assertEquals(requests(device), 2);
  }
  await device.clock.advance(14_000);
  assertEquals(requests(device), 60);
  const written = Deno.statSync(`${device.paths.root}${file}`).mtime?.getTime();
  await device.clock.advance(3_600_000);
  assertEquals(Deno.statSync(`${device.paths.root}${file}`).mtime?.getTime(), written);
});

Deno.test("a device that did nothing for a while tells of its next request at once", async () => {
  await using device = testDevice({ agent: "zedagent" });
  const { purposes } = openTraffic(device, topic);
  purposes.record(url, "eth0", one);
  await device.clock.advance(600_000);
  purposes.record(url, "eth0", one);
  await device.clock.advance(1_200);
  assertEquals(requests(device), 2);
});

Deno.test("a program that ends by itself tells its last counts; one that was told to end writes nothing more", async () => {
  await using device = testDevice({ agent: "zedagent" });
  const { purposes, publishNow } = openTraffic(device, topic);
  publishNow();
  assertEquals(requests(device), undefined);
  purposes.record(url, "eth0", one);
  publishNow();
  assertEquals([requests(device), device.clock.sleepers.length], [1, 0]);
  purposes.record(url, "eth0", one);
  device.end();
  publishNow();
  assertEquals([requests(device), device.logged], [1, []]);
});

Deno.test("a topic that another process owns is told once and stops nothing", async () => {
  await using device = testDevice({ agent: "zedagent" });
  await using other = testDevice({ agent: "zedagent", root: device.paths.root });
  const owner = other.bus.publication(topic);
  const { purposes } = openTraffic(device, topic);
  for (let count = 0; count < 3; count++) {
    purposes.record(url, "eth0", one);
    await device.clock.advance(80_000);
  }
  assertEquals(device.logged.length, 1);
  assertStringIncludes(device.logged[0] ?? "", "ERROR TrafficCounters: ");
  owner.close();
  purposes.record(url, "eth0", one);
  await device.clock.advance(80_000);
  await until("it is published", () => requests(device) === 4);
  assert(device.logged.length === 1);
});
