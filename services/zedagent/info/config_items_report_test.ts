/** What the controller reads of settings that it sent, in the device infos that it receives. */
import { assert, assertEquals } from "@std/assert";
import { ZInfoMsg } from "../../../proto/device.ts";
import { until } from "../../agent/test_device.ts";
import { boolItem, intItem, topics } from "../../topics/mod.ts";
import { fastClock } from "../../agent/fake_clock.ts";
import { openSite, type TestSite } from "../testdata/test_site.ts";

/** `configItemStatus` of the last device info. */
function reported(site: TestSite) {
  const last = site.controller.requests.findLast(({ endpoint, payload }) =>
    endpoint === "info" && payload !== undefined
  );
  return last?.payload === undefined ? undefined : ZInfoMsg.decode(last.payload).dinfo?.configItemStatus;
}

Deno.test("[zedagent#21] agent.nim.debug.loglevel and the older debug.nim.loglevel: the same entry on the bus", async () => {
  await using site = await openSite();
  site.openGates();
  await using _program = site.start({ clock: fastClock(60) });
  const levels = () => items(site)?.AgentSettings["nim"]?.["debug.loglevel"];
  const entries = [];
  for (
    const [key, value] of [["agent.nim.debug.loglevel", "debug"], ["debug.nim.loglevel", "trace"]] as const
  ) {
    site.serve({ configItems: [{ key, value }] });
    await until(key, () => levels()?.StrValue === value);
    await until("it is reported", () => reported(site)?.configItems[key]?.value === value);
    entries.push(Object.keys(items(site)?.AgentSettings ?? {}), levels()?.Key, levels()?.ItemType);
  }
  assertEquals(entries, [["nim"], "debug.loglevel", 3, ["nim"], "debug.loglevel", 3]);
});

const items = (site: TestSite) => site.read(topics.zedagent.ConfigItemValueMap);

Deno.test("[zedagent#19][zedagent#20] out of range: old value, error in the next device info; unknown: error, others applied", async () => {
  await using site = await openSite();
  site.serve({ configItems: [{ key: "timer.metric.interval", value: "30" }] });
  site.openGates();
  await using _program = site.start({ standalone: true, clock: fastClock(60) });
  await until("30", () => intItem(items(site), "timer.metric.interval") === 30);
  await until("30 reported", () => reported(site)?.configItems["timer.metric.interval"]?.value === "30");
  assertEquals(reported(site)?.configItems["timer.metric.interval"]?.error, "");

  site.serve({
    configItems: [
      { key: "timer.metric.interval", value: "4" },
      { key: "no.such.item", value: "1" },
      { key: "app.allow.vnc", value: "true" },
    ],
  });
  await until("the error", () => (reported(site)?.configItems["timer.metric.interval"]?.error ?? "") !== "");
  assertEquals(reported(site)?.configItems["timer.metric.interval"]?.value, "30");
  assertEquals(intItem(items(site), "timer.metric.interval"), 30);
  assert(Object.hasOwn(items(site)?.GlobalSettings ?? {}, "timer.metric.interval"));
  assert((reported(site)?.unknownConfigItems["no.such.item"]?.error ?? "") !== "");
  assertEquals(boolItem(items(site), "app.allow.vnc"), true);
});
