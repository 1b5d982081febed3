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

Deno.test("nothing while no place is known, then within [0.3, 1) of the interval and on request; a failure loses one report", async () => {
  await using site = await openTestAccess();
  const task = startLocationInfo(site.access);
  task.publishAll();
  await site.device.clock.advance(3_600_000);
  assertEquals(site.controller.requests.length, 0);

  const publication = site.others.publication(topics.wwan.WwanLocationInfo);
  const place = {
    LogicalLabel: "wwan",
    Latitude: 48.5,
    Longitude: 9,
    Altitude: 300,
    UTCTimestamp: 1_700_000_000_000,
  };
  publication.publish("global", place);
  await until("a report", () => {
    task.publishAll();
    return places(site).length > 0;
  });
  const [first] = places(site);
  assertEquals([first?.devId, first?.locinfo?.latitude, first?.locinfo?.logicallabel], [
    site.uuid,
    48.5,
    "wwan",
  ]);
  assertEquals(fromTimestamp(first?.locinfo?.utc_timestamp), 1_700_000_000_000);
  const key = `location:${site.uuid}`;
  await until("delivered", () => site.access.events.queued(key) === undefined);

  const untilDue = async () => {
    do await site.device.clock.advance(60_000); while (site.access.events.queued(key) === undefined);
  };
  site.controller.faults.add("info", { status: 503, times: 1 });
  const before = sent(site).length;
  await untilDue();
  await until("refused, and lost", () => site.access.events.queued(key) === undefined);
  assertEquals([sent(site).length, sent(site).at(-1)?.status], [before + 1, 503]);
  await site.device.clock.advance(120_000);
  assertEquals(site.access.events.queued(key), undefined);
  await untilDue();
  await until("the next one", () => sent(site).at(-1)?.status === 201 && sent(site).length === before + 2);
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
