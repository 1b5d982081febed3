/** An envelope that names a certificate we don't know. */
import { assertEquals } from "@std/assert";
import { until } from "../../agent/test_device.ts";
import { topics } from "../../topics/mod.ts";
import { openSite, type TestSite, untilConfigGetStatus } from "../testdata/test_site.ts";

const count = (site: TestSite, endpoint: string) =>
  site.controller.requests.filter((record) => record.endpoint === endpoint && record.durationMs > 0).length;

Deno.test("[device-api#13] the controller signs with a new certificate: one GET certs, and the next poll succeeds", async () => {
  await using site = await openSite();
  site.serve({ configItems: [{ key: "timer.config.interval", value: "5" }], device_name: "edge-1" });
  site.openGates();
  await using _program = site.start({ standalone: true });
  await untilConfigGetStatus(site, 1);
  // One at the start, and one for the first hash that is seen.
  await until("the fetches of the start", () => count(site, "certs") >= 2);
  const before = count(site, "certs");
  // As a controller that changes its certificate without a word: the hash in the config is the old one.
  await site.controller.rotate({ which: "signing", changeConfigHash: false });
  site.serve({ configItems: [{ key: "timer.config.interval", value: "5" }], device_name: "edge-2" });
  await until(
    "edge-2",
    () => site.read(topics.zedagent.EdgeNodeInfo)?.DeviceName === "edge-2",
    15_000,
  );
  assertEquals(count(site, "certs"), before + 1);
  assertEquals(site.status()?.ConfigGetStatus, 1);
});
