/** The event queue of zedagent between its tasks and a real controller. */
import { assert, assertEquals } from "@std/assert";
import { ZInfoMsg } from "../../../proto/device.ts";
import { until } from "../../agent/test_device.ts";
import { goEdgeNodeCert, topics } from "../../topics/mod.ts";
import { startEdgeNodeCertsTask } from "../certificates/edge_node_certs_task.ts";
import { startHardwareInfo } from "../info/hardware_info_task.ts";
import { startInfo } from "../info/info_task.ts";
import { openTestAccess, type TestAccess, testReport } from "../info/testdata/test_access.ts";
import { followNetwork } from "../network_view.ts";
import { loopback } from "../testdata/test_site.ts";
import { eventItemTypes, eventQueueName } from "./event_queue.ts";

const aWhile = () => new Promise<void>((resolve) => setTimeout(resolve, 80));
const deps = { report: testReport() };
const patienceMs = 20_000;

const answered = (site: TestAccess, endpoint?: string) =>
  site.controller.requests.filter((record) =>
    record.durationMs > 0 && (endpoint === undefined || record.endpoint === endpoint)
  );
const infos = (site: TestAccess) =>
  answered(site, "info").map(({ payload }) => ZInfoMsg.decode(payload ?? new Uint8Array()));
const published = (site: TestAccess) => {
  const text = site.device.read(`/run/zedagent/DeferredQueueMetrics/${eventQueueName}.json`);
  return text === undefined ? undefined : topics.zedagent.DeferredQueueMetrics.codec.decode(text);
};
const nothing = () => {};

function startCerts(site: TestAccess) {
  return startEdgeNodeCertsTask(site.access, {
    configGetStatus: () => 2,
    onRefused: nothing,
    onNotFound: nothing,
  });
}

Deno.test("after an outage: certificates before hardware info before device info, the newest content of each", async () => {
  await using site = await openTestAccess();
  site.device.write("/run/eve-release", "13.4.0-kvm-amd64\n");
  site.setNetwork({ ...loopback(), Ports: null });
  const info = startInfo(site.access, deps);
  info.requestDeviceInfo();
  const hardware = startHardwareInfo(site.access);
  await until("both are queued", () => site.access.events.counters().items === 2, patienceMs);
  await aWhile();
  hardware.publishAll();
  assertEquals(site.controller.requests.length, 0);
  site.setNetwork(loopback());
  site.others.publication(topics.tpmmgr.EdgeNodeCert).publish(
    "01",
    goEdgeNodeCert.make({ HashAlgo: 1, CertType: 4, Cert: new Uint8Array([1]) }),
  );
  startCerts(site);
  await until("all three", () => site.access.events.counters().delivered === 3, patienceMs);
  assertEquals(answered(site).map(({ endpoint }) => endpoint), ["attest", "info", "info"]);
  const [first, second] = infos(site);
  assertEquals([first?.hwinfo?.eve_release, first?.hwinfo?.kernel_version], [
    "13.4.0-kvm-amd64",
    Deno.osRelease(),
  ]);
  assert(second?.dinfo !== null && second?.devId === site.uuid);
});

Deno.test("[controllerconn#35] DPC_SUCCESS delivers within 60 s what an outage left, once", async () => {
  await using site = await openTestAccess();
  const { events } = site.access;
  const nim = site.others.publication(topics.nim.DeviceNetworkStatus);
  nim.publish("global", loopback({ State: 1 }));
  const view = followNetwork(site.device, {
    changed: nothing,
    recovered: nothing,
    succeeded: () => events.kickTimerWithinMinute(),
  });
  await until("the first state", () => view.status?.State === 1, patienceMs);
  site.setNetwork({ ...loopback(), Ports: null });
  startHardwareInfo(site.access);
  for (let failures = 1; failures <= 5; failures++) {
    await until(`failure ${failures}`, () => events.counters().failures >= failures, patienceMs);
    await site.device.clock.advance(16 * 60_000);
  }
  await aWhile();
  site.setNetwork(loopback());
  nim.publish("global", loopback({ State: 2 }));
  await until("the second state", () => view.status?.State === 2, patienceMs);
  await site.device.clock.advance(60_000);
  await aWhile();
  assertEquals(infos(site).length, 0);
  nim.publish("global", loopback({ State: 3 }));
  await until("success", () => view.status?.State === 3, patienceMs);
  await site.device.clock.advance(60_000);
  await until("delivered", () => events.counters().delivered === 1, patienceMs);
  assertEquals(infos(site).length, 1);
});

Deno.test("the counters are on the bus: what waits, for how long, what was refused and what was lost", async () => {
  await using site = await openTestAccess();
  assertEquals(published(site)?.Items, 0);
  site.controller.faults.add("info", { status: 404, times: 1 });
  const info = startInfo(site.access, deps);
  info.requestDeviceInfo();
  await until("dropped", () => site.access.events.counters().drops["http-4xx"] === 1, patienceMs);
  assertEquals(site.notFound(), 1);
  site.controller.faults.add("info", { status: 503, times: 10 });
  info.requestDeviceInfo();
  await until("kept", () => site.access.events.counters().items === 1, patienceMs);
  await until("refused", () => site.access.events.counters().refusals === 2, patienceMs);
  await site.device.clock.advance(45_000);
  await until("published", () => published(site)?.Refusals === 2, patienceMs);
  const metrics = published(site);
  assertEquals([metrics?.Items, metrics?.Sends, metrics?.Delivered, metrics?.Drops["http-4xx"]], [
    1,
    2,
    0,
    1,
  ]);
  assert((metrics?.Bytes ?? 0) > 10);
  await site.device.clock.advance(600_000);
  await until("it ages", () => (published(site)?.OldestAgeMs ?? 0) > 500_000, patienceMs);
});

Deno.test("another UUID: what waits under the old one is never sent", async () => {
  await using site = await openTestAccess();
  site.setNetwork({ ...loopback(), Ports: null });
  const info = startInfo(site.access, deps);
  info.requestDeviceInfo();
  const hardware = startHardwareInfo(site.access);
  await until("both fail", () => site.access.events.counters().items === 2, patienceMs);
  const uuid = "11111111-2222-4333-8444-555555555555";
  site.setUUID(uuid);
  hardware.publishAll();
  info.publishAll();
  await until("the new ones", () => site.access.events.queued(uuid) !== undefined, patienceMs);
  assertEquals(site.access.events.counters().items, 2);
  assertEquals(site.access.events.queued(site.uuid), undefined);
});

Deno.test("airgap mode: a report that is not delivered leaves no warning", async () => {
  await using site = await openTestAccess();
  site.setNetwork({ ...loopback(), Ports: null });
  const before = site.device.logged.length;
  site.access.events.setDeferred({
    key: "a",
    itemType: eventItemTypes.deviceInfo,
    url: `${site.controller.server}/x`,
    payload: new Uint8Array([1]),
    suppressLogs: true,
  });
  await until("a failure", () => site.access.events.counters().failures === 1, patienceMs);
  assertEquals(site.device.logged.slice(before).filter((line) => /^(WARN|ERROR)/.test(line)), []);
});
