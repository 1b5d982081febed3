/** The whole program against a real controller: from the first request to topics and checkpoint. */
import { assert, assertEquals } from "@std/assert";
import { until } from "../agent/test_device.ts";
import { topics } from "../topics/mod.ts";
import { openSite, untilConfigGetStatus } from "./testdata/test_site.ts";

Deno.test("[zedagent#7][zedagent#12] a config is fetched, published and kept byte for byte", async () => {
  await using site = await openSite();
  site.serve({ configItems: [{ key: "timer.config.interval", value: "5" }], device_name: "edge-1" });
  site.openGates();
  await using _program = site.start();
  await untilConfigGetStatus(site, 1);
  await until("a second request", () => site.configRequests().length >= 3);
  const [first, ...later] = site.configRequests().filter(({ record }) => record.status !== 0);
  assertEquals(first?.hash, "");
  assert(later.some(({ hash }) => hash !== ""));
  assertEquals(site.read(topics.zedagent.EdgeNodeInfo)?.DeviceName, "edge-1");
});
