/** What nim does while nothing happens: next to nothing. */
import { assert, assertEquals, assertLess } from "@std/assert";
import { say } from "../../bench/stdio.ts";
import { pause } from "../../site/until.ts";
import { dhcpPort, portConfig } from "./lab_config.ts";
import { NimLab } from "./nim_lab.ts";

/** Renewals are not idleness: the lab's own leases last two minutes. */
const dhcp = { leaseSeconds: 86_400 };

async function idleLab(scale: number): Promise<NimLab> {
  const site = await NimLab.open({ uplinks: [{ dhcp }, { cost: 5, dhcp }], scale });
  site.configure(portConfig(dhcpPort("eth0"), dhcpPort("eth1", { Cost: 5 })));
  site.start();
  await site.untilConnected("eth0");
  return site;
}

Deno.test("nim lab: idle, the status is written only when a test renews its times, the list never", async () => {
  await using site = await idleLab(100);
  const listFile = `${site.device.root}/persist/status/nim/DevicePortConfigList/global.json`;
  const listWritten = () => Deno.statSync(listFile).mtime?.getTime();
  await site.until(
    "the first periodic test has told when addresses were last there",
    () => (site.list?.PortConfigList?.[0]?.LastIPAndDNS ?? "") > "0002",
  );
  const [list, started] = [listWritten(), performance.now()];
  const seen = new Map<number, string>();
  const minutes = 15;
  while (performance.now() - started < minutes * 60_000 / site.scale) {
    seen.set(site.statusWritten, JSON.stringify(site.status));
    await pause(20);
  }
  assert(seen.size > 1, "a test has come");
  assertEquals(new Set(seen.values()).size, seen.size, "each status differs from the others");
  say(`lab, clock × ${site.scale}: idle for ${minutes} min: the status was written ${seen.size - 1} times`);
  const tests = minutes / 5 * 1.1 + 1;
  assertLess(seen.size - 1, 2 * tests, "no more than the tests of both ports");
  assertEquals(listWritten(), list, "the list on flash");
});

/** User and system time of a process that lives, in milliseconds: of its threads, and as its children left it. */
function processorMs(pid: number): number {
  const nanoseconds = [...Deno.readDirSync(`/proc/${pid}/task`)].map(({ name }) =>
    Number(Deno.readTextFileSync(`/proc/${pid}/task/${name}/schedstat`).split(" ")[0])
  );
  return nanoseconds.reduce((sum, one) => sum + one, 0) / 1e6;
}

Deno.test({
  name: "nim lab: processor time of an idle minute, for ./scripts/run lab",
  ignore: Deno.env.get("LAB_CLOCK_SCALE") !== "1",
  async fn() {
    await using site = await idleLab(1);
    await pause(45_000);
    const before = processorMs(site.pid);
    await pause(60_000);
    const used = processorMs(site.pid) - before;
    say(`lab: an idle minute costs nim ${used.toFixed(1)} ms of processor time`);
    assertLess(used, 200);
  },
});
