/** Hardware health on its way to a real controller. */
import { assertEquals } from "@std/assert";
import { until } from "../../agent/test_device.ts";
import { startHardwareHealth } from "./hardware_health_task.ts";
import { openTestAccess, type TestAccess } from "./testdata/test_access.ts";

const statuses = (site: TestAccess) =>
  site.controller.requests.filter(({ endpoint, durationMs }) =>
    endpoint === "hardwarehealth" && durationMs > 0
  )
    .map(({ status }) => status);
const aWhile = () => new Promise<void>((resolve) => setTimeout(resolve, 80));

Deno.test("hardware health at the start, within 2 min after a failure, then within the interval", async () => {
  await using site = await openTestAccess();
  site.controller.faults.add("hardwarehealth", { status: 503, times: 1 });
  startHardwareHealth(site.access);
  await until("refused", () => statuses(site).length === 1);
  await aWhile();
  await site.device.clock.advance(35_000);
  await aWhile();
  assertEquals(statuses(site), [503]);
  await site.device.clock.advance(86_000);
  await until("taken", () => statuses(site).length === 2);
  assertEquals(statuses(site), [503, 200]);
  const [sent] = await site.controller.reports(site.uuid).hardwareHealth();
  assertEquals([sent?.content.dev_id, sent?.content.mr?.memory_controllers], [site.uuid, []]);
  await aWhile();
  await site.device.clock.advance(12_900_000);
  await aWhile();
  assertEquals(statuses(site).length, 2);
  await site.device.clock.advance(30_400_000);
  await until("the next one", () => statuses(site).length >= 3);
});
