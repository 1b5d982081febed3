/** The device's place on its way to a real controller; the test plays the modem's agent. */
import { assertEquals } from "@std/assert";
import { info, ZInfoMsg } from "../../../proto/device.ts";
import { fromTimestamp } from "../../../proto/timestamp.ts";
import { until } from "../../agent/test_device.ts";
import { topics } from "../../topics/mod.ts";
import { startLocationInfo } from "./location_info_task.ts";
import { openTestAccess, type TestAccess } from "./testdata/test_access.ts";

const sent = (site: TestAccess) =>
  site.controller.requests.filter(({ endpoint, durationMs }) => endpoint === "info" && durationMs > 0);
const places = (site: TestAccess) =>
  sent(site).map(({ payload }) => ZInfoMsg.decode(payload ?? new Uint8Array()))
    .filter(({ ztype }) => ztype === info.ZInfoTypes.ZiLocation);

Deno.test("nothing is sent while no place is known", async () => {
  await using site = await openTestAccess();
  const task = startLocationInfo(site.access);
  task.publishAll();
  await site.device.clock.advance(3_600_000);
  assertEquals(site.access.events.queued(`location:${site.uuid}`), undefined);
  assertEquals(site.controller.requests.length, 0);
});

Deno.test("a place is reported within [0.3, 1) of the interval; a failure loses one report", async () => {
  await using site = await openTestAccess();
  const key = `location:${site.uuid}`;
  site.others.publication(topics.wwan.WwanLocationInfo).publish("global", {
    LogicalLabel: "wwan",
    Latitude: 48.5,
    Longitude: 9,
    Altitude: 300,
    UTCTimestamp: 1_700_000_000_000,
  });
  let queued = 0;
  const { events } = site.access;
  startLocationInfo({
    ...site.access,
    events: {
      ...events,
      setDeferred(request) {
        queued++;
        events.setDeferred(request);
      },
    },
  });
  const answered = async (count: number) => {
    while (queued < count) await site.device.clock.advance(60_000);
    await until(`answer ${count}`, () => sent(site).length >= count && events.queued(key) === undefined);
  };
  await answered(1);
  const [first] = places(site);
  assertEquals([first?.devId, first?.locinfo?.latitude, first?.locinfo?.logicallabel], [
    site.uuid,
    48.5,
    "wwan",
  ]);
  assertEquals(fromTimestamp(first?.locinfo?.utc_timestamp), 1_700_000_000_000);

  site.controller.faults.add("info", { status: 503, times: 1 });
  await answered(2);
  await site.device.clock.advance(120_000);
  assertEquals([queued, sent(site).length], [2, 2]);
  await answered(3);
  assertEquals(sent(site).map(({ status }) => status), [201, 503, 201]);
});

Deno.test("another interval counts from the moment it is set", async () => {
  await using site = await openTestAccess();
  site.others.publication(topics.wwan.WwanLocationInfo).publish("global", { Latitude: 48.5 });
  const task = startLocationInfo(site.access);
  const isQueued = () => site.access.events.queued(`location:${site.uuid}`) !== undefined;
  await until("the place is known", () => {
    task.publishAll();
    return isQueued();
  });
  await until("it is taken", () => !isQueued());
  const before = sent(site).length;
  site.setItem("timer.location.cloud.interval", 300);
  task.intervalChanged();
  await site.device.clock.advance(89_000);
  assertEquals(sent(site).length, before);
  await site.device.clock.advance(211_000);
  await until("the next one", () => sent(site).length > before);
});

Deno.test("a place that makes no sense is not reported", async () => {
  await using site = await openTestAccess();
  const task = startLocationInfo(site.access);
  site.others.publication(topics.wwan.WwanLocationInfo).publish("global", { Latitude: "north" });
  await until("it is logged", () => {
    task.publishAll();
    return site.device.logged.some((line) => line.includes("location info") && line.includes("Latitude"));
  });
  assertEquals(site.controller.requests.length, 0);
});
