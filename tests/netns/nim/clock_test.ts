/** The wall clock jumps by a year while nim runs. */
import { assert, assertEquals, assertLess } from "@std/assert";
import { DPCState } from "../../../services/topics/mod.ts";
import { giveClock } from "./lab_clock.ts";
import { dhcpPort, portConfig } from "./lab_config.ts";
import { measured } from "./measured.ts";
import { NimLab, summary } from "./nim_lab.ts";

/** Nearly: the controller's certificate is good for a year. */
const YEAR_S = 360 * 86_400;

Deno.test("nim lab: the clock jumps a year forth and back: nothing is lost, tested anew, or stops", async () => {
  await using site = await NimLab.open({ uplinks: [{}, { cost: 5 }], scale: 100 });
  const setClock = giveClock(site);
  site.configure(portConfig(dhcpPort("eth0"), dhcpPort("eth1", { Cost: 5 })));
  site.start();
  await site.untilConnected("eth0");
  const keys = () =>
    (site.list?.PortConfigList ?? []).map(({ Key, TimePriority }) => `${Key} ${TimePriority}`);
  const before = keys();
  await site.controller.admin("/admin/requests", undefined, "DELETE");
  const started = performance.now();
  const succeeded = (low: number, high: number) =>
    site.until("the next test succeeds at the new time", (status) => {
      assertEquals(
        [status.State, status.Testing, status.CurrentIndex],
        [DPCState.DPC_SUCCESS, false, 0],
        summary(status),
      );
      const at = Date.parse(status.Ports?.[0]?.LastSucceeded ?? "");
      return at > low && at < high;
    });

  const now = Date.now();
  setClock(YEAR_S);
  const forth = await succeeded(now + 0.9 * YEAR_S * 1000, Infinity);
  setClock(0);
  const back = await succeeded(now, now + 0.1 * YEAR_S * 1000);
  measured({ scale: site.scale, scenario: "clock jumps a year forth, next test", connected: forth });
  measured({ scale: site.scale, scenario: "clock jumps back, next test", connected: back });
  assertEquals(keys(), before);
  const asked = await site.controller.admin("/admin/requests") as readonly unknown[];
  const periods = (performance.now() - started) * site.scale / 300_000;
  assert(asked.length > 1);
  assertLess(asked.length, 4 * (periods + 2), "no storm of tests");

  site.configure(portConfig(dhcpPort("eth0", { MTU: 1400 }), dhcpPort("eth1", { Cost: 5 })));
  await site.until(
    "a new configuration is taken",
    ({ State, CurrentIndex, Testing, Ports }) =>
      State === DPCState.DPC_SUCCESS && !Testing && CurrentIndex === 0 && Ports?.[0]?.MTU === 1400,
  );
});
