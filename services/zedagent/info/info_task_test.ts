/** Device infos on their way to a real controller; the test plays nim and nodeagent. */
import { assert, assertEquals } from "@std/assert";
import { type info, ZInfoMsg } from "../../../proto/device.ts";
import { until } from "../../agent/test_device.ts";
import { goDevicePortConfigList, goNodeAgentStatus, topics } from "../../topics/mod.ts";
import { loopback } from "../testdata/test_site.ts";
import { startInfo } from "./info_task.ts";
import { openTestAccess, type TestAccess, testReport } from "./testdata/test_access.ts";

const deps = { report: testReport() };
const aWhile = () => new Promise<void>((resolve) => setTimeout(resolve, 80));

const answered = (site: TestAccess) =>
  site.controller.requests.filter(({ endpoint, durationMs }) => endpoint === "info" && durationMs > 0);
const untilAnswered = (site: TestAccess, count: number) =>
  until(`${count} infos`, () => answered(site).length >= count).then(aWhile);
function lastInfo(site: TestAccess): info.ZInfoDevice {
  const { dinfo } = ZInfoMsg.decode(answered(site).at(-1)?.payload ?? new Uint8Array());
  assert(dinfo !== null);
  return dinfo;
}

Deno.test("requested, periodic, and on changes of other agents that matter", async () => {
  await using site = await openTestAccess();
  site.device.write("/etc/resolv.conf", "nameserver 192.0.2.1\n");
  const task = startInfo(site.access, deps);
  task.requestDeviceInfo();
  await untilAnswered(site, 1);
  assertEquals([lastInfo(site).machineArch, lastInfo(site).dns?.DNSservers], [Deno.build.arch, [
    "192.0.2.1",
  ]]);
  assertEquals(lastInfo(site).sec_info?.sha_root_ca.length, 32);

  await site.device.clock.advance(479_000);
  await aWhile();
  assertEquals(answered(site).length, 1);
  await site.device.clock.advance(241_000);
  await untilAnswered(site, 2);

  const nim = site.others.publication(topics.nim.DeviceNetworkStatus);
  nim.publish("global", loopback());
  await untilAnswered(site, 3);
  nim.publish("global", loopback({ Testing: true }));
  await aWhile();
  assertEquals(answered(site).length, 3);
  nim.publish("global", loopback({ State: 2 }));
  await untilAnswered(site, 4);
  site.others.publication(topics.nim.DevicePortConfigList).publish(
    "global",
    goDevicePortConfigList.make({ CurrentIndex: -1, PortConfigList: [] }),
  );
  await untilAnswered(site, 5);
  assertEquals(lastInfo(site).systemAdapter?.currentIndex, 4294967295);
  site.others.publication(topics.nodeagent.NodeAgentStatus).publish(
    "nodeagent",
    goNodeAgentStatus.make({ DeviceReboot: true }),
  );
  await untilAnswered(site, 6);
  assertEquals(lastInfo(site).reboot_inprogress, true);
});

for (const status of [401, 403, 407, 408, 429, 503]) {
  Deno.test(`[device-api#36] info refused with ${status} is kept, and sent again after 1 min, then 2 min`, async () => {
    await using site = await openTestAccess();
    site.controller.faults.add("info", { status, times: 2 });
    const task = startInfo(site.access, deps);
    task.requestDeviceInfo();
    await untilAnswered(site, 1);
    await site.device.clock.advance(53_000);
    task.requestDeviceInfo();
    await aWhile();
    assertEquals(answered(site).length, 1);
    await site.device.clock.advance(13_500);
    await untilAnswered(site, 2);
    await site.device.clock.advance(95_000);
    await aWhile();
    assertEquals(answered(site).length, 2);
    await site.device.clock.advance(38_000);
    await untilAnswered(site, 3);
    assertEquals(answered(site).map((record) => record.status), [status, status, 201]);
    await site.device.clock.advance(120_000);
    await aWhile();
    assertEquals(answered(site).length, 3);
  });
}

for (const status of [404, 409, 422]) {
  Deno.test(`[device-api#36] info refused with ${status} is dropped and logged`, async () => {
    await using site = await openTestAccess();
    site.controller.faults.add("info", { status, times: 1 });
    const task = startInfo(site.access, deps);
    task.requestDeviceInfo();
    await untilAnswered(site, 1);
    assert(
      site.device.logged.some((line) =>
        line.startsWith("ERROR device info is not taken") && line.includes("dropped")
      ),
    );
    await site.device.clock.advance(300_000);
    await aWhile();
    assertEquals(answered(site).length, 1);
    task.requestDeviceInfo();
    await untilAnswered(site, 2);
    assertEquals(answered(site).at(-1)?.status, 201);
  });
}

Deno.test("a refused info waits while it would say the same, and goes out at once when there is news", async () => {
  await using site = await openTestAccess();
  site.controller.faults.add("info", { status: 503, times: 1 });
  const task = startInfo(site.access, deps);
  task.requestDeviceInfo();
  await untilAnswered(site, 1);
  await site.device.clock.advance(10_000);
  task.requestDeviceInfo();
  await aWhile();
  assertEquals(answered(site).length, 1);
  site.others.publication(topics.nodeagent.NodeAgentStatus).publish(
    "nodeagent",
    goNodeAgentStatus.make({ DeviceReboot: true }),
  );
  await untilAnswered(site, 2);
  assertEquals([answered(site).at(-1)?.status, lastInfo(site).reboot_inprogress], [201, true]);
});

Deno.test("publish-all sends a refused info anew at once, though it says the same", async () => {
  await using site = await openTestAccess();
  site.controller.faults.add("info", { status: 503, times: 1 });
  const task = startInfo(site.access, deps);
  task.requestDeviceInfo();
  await untilAnswered(site, 1);
  await site.device.clock.advance(10_000);
  task.publishAll();
  await untilAnswered(site, 2);
  assertEquals(answered(site).map(({ status }) => status), [503, 201]);
});

Deno.test("offline: several changes become one report, as soon as nim reports success", async () => {
  await using site = await openTestAccess();
  const nim = site.others.publication(topics.nim.DeviceNetworkStatus);
  const offline = { ...loopback({ State: 1 }), Ports: null };
  site.setNetwork(offline);
  nim.publish("global", offline);
  const task = startInfo(site.access, deps);
  await until("a failure", () => site.device.logged.some((line) => line.includes("not delivered")));
  for (let count = 0; count < 3; count++) {
    task.requestDeviceInfo();
    await aWhile();
  }
  assertEquals(site.controller.requests.length, 0);
  // Nothing else changes, so that only the state does.
  site.setNetwork(loopback());
  site.controller.faults.add("info", { close: "unread", times: 1 });
  nim.publish("global", loopback({ State: 2 }));
  await until("the change is tried", () => site.controller.requests.length === 1);
  await aWhile();
  nim.publish("global", loopback({ State: 3 }));
  const taken = () => answered(site).filter(({ status }) => status === 201).length;
  await until("the report", () => taken() > 0);
  await aWhile();
  assertEquals(taken(), 1);
});

Deno.test("[device-api#36] info refused with 429 and Retry-After is sent again when the controller said", async () => {
  await using site = await openTestAccess();
  site.controller.faults.add("info", { status: 429, retryAfter: "200", times: 1 });
  const task = startInfo(site.access, deps);
  task.requestDeviceInfo();
  await untilAnswered(site, 1);
  task.requestDeviceInfo();
  await site.device.clock.advance(199_000);
  await aWhile();
  assertEquals(answered(site).length, 1);
  await site.device.clock.advance(22_000);
  await untilAnswered(site, 2);
});
