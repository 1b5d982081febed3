/** The whole program without a controller: what it starts with. */
import { assert, assertEquals } from "@std/assert";
import { systemClock } from "../agent/mod.ts";
import { until } from "../agent/test_device.ts";
import { topics } from "../topics/mod.ts";
import { fastClock } from "../agent/fake_clock.ts";
import { openSite, type TestSite, untilConfigGetStatus } from "./testdata/test_site.ts";

const name = (site: TestSite) => site.read(topics.zedagent.EdgeNodeInfo)?.DeviceName;

/** Two configs after each other: `old` in `.bak`, `new` in `lastconfig`; the device has rebooted. */
async function withSavedConfigs(bootReason: number): Promise<TestSite> {
  const site = await openSite();
  site.openGates(bootReason);
  for (const device_name of ["old", "new"]) {
    site.serve({
      device_name,
      ...(device_name === "new" ? { reboot: { counter: 7 }, shutdown: { counter: 7 } } : {}),
    });
    await using _program = site.start();
    await until(device_name, () => name(site) === device_name);
  }
  Deno.removeSync(`${site.root}/run/zedagent`, { recursive: true });
  Deno.removeSync(`${site.root}/persist/status/rebootConfig`);
  Deno.removeSync(`${site.root}/persist/status/shutdownConfig`);
  site.controller.faults.add("config", { close: "unread" });
  site.controller.clearRequests();
  return site;
}

Deno.test("[zedagent#16] boot reason 12: lastconfig, status 4, no orders; the next answer is a full config", async () => {
  await using site = await withSavedConfigs(12);
  await using _program = site.start({ clock: fastClock(60) });
  await untilConfigGetStatus(site, 4);
  assertEquals(name(site), "new");
  assertEquals(site.status()?.DeviceState, 1);
  assertEquals([site.file("/persist/status/rebootConfig"), site.file("/persist/status/shutdownConfig")], [
    undefined,
    undefined,
  ]);
  assertEquals(site.status()?.RebootCmd, false);
  site.controller.faults.clear();
  await untilConfigGetStatus(site, 1);
  assert(
    site.configRequests().filter(({ record }) => record.status === 200).every(({ hash }) => hash === ""),
  );
});

Deno.test("[zedagent#16] boot reason 9: lastconfig.bak, and lastconfig does not replace it", async () => {
  await using site = await withSavedConfigs(9);
  const [primary, backup] = [site.lastConfig(), site.lastConfig("lastconfig.bak")];
  const clock = fastClock(2000);
  await using _program = site.start({ clock });
  await untilConfigGetStatus(site, 4);
  assertEquals(name(site), "old");
  const due = clock.monotonic() + 660_000;
  await until("a backup would be due", () => clock.monotonic() > due);
  const failed = () => site.controller.requests.filter(({ endpoint }) => endpoint === "config").length;
  const before = failed();
  await until("two more failures", () => failed() >= before + 2, 60_000);
  assertEquals(site.lastConfig("lastconfig.bak"), backup);
  assertEquals(site.lastConfig(), primary);
});

Deno.test("[zedagent#17] a corrupt lastconfig is replaced by its .bak", async () => {
  await using site = await withSavedConfigs(12);
  const backup = site.lastConfig("lastconfig.bak");
  site.writeLastConfig(new Uint8Array([0xff, 0xff]));
  await using _program = site.start();
  await untilConfigGetStatus(site, 4);
  assertEquals([name(site), site.lastConfig()], ["old", backup]);
});

Deno.test("[zedagent#17][device-api#30] a lastconfig that decodes but does not verify is left alone", async () => {
  await using site = await withSavedConfigs(12);
  const primary = site.lastConfig() ?? new Uint8Array();
  // The signature is the last field.
  primary[primary.length - 1] = (primary.at(-1) ?? 0) ^ 1;
  site.writeLastConfig(primary);
  await using _program = site.start();
  await untilConfigGetStatus(site, 4);
  assertEquals([name(site), site.lastConfig()], ["old", primary]);
});

Deno.test("the clock at 1970: the saved config is used all the same (W3)", async () => {
  await using site = await withSavedConfigs(12);
  await using _program = site.start({ clock: { ...systemClock, now: () => 5_000 } });
  await untilConfigGetStatus(site, 4);
  assertEquals(name(site), "new");
});

Deno.test("no saved config at all: the device waits for the controller", async () => {
  await using site = await openSite();
  site.serve({ device_name: "first" });
  site.openGates();
  site.controller.faults.add("config", { status: 500, times: 2 });
  await using _program = site.start({ clock: fastClock(60) });
  await untilConfigGetStatus(site, 2);
  assertEquals(site.status()?.DeviceState, 5);
  await until("the config", () => name(site) === "first");
});

Deno.test("[pubsub#29] each accepted config gives lastconfig another mtime; one that has run long enough becomes the backup, mtime included", async () => {
  await using site = await openSite();
  site.openGates();
  site.serve({ device_name: "one" });
  await using _program = site.start({ clock: fastClock(600) });
  await until("one", () => name(site) === "one");
  const mtime = (file: string) => Deno.statSync(`${site.root}/persist/checkpoint/${file}`).mtime?.getTime();
  const first = site.lastConfig("lastconfig.bak");
  assertEquals(mtime("lastconfig.bak"), mtime("lastconfig"));
  const accepted = mtime("lastconfig") ?? 0;
  site.serve({ device_name: "two" });
  await until("two", () => name(site) === "two");
  await until("two is saved", () => (mtime("lastconfig") ?? 0) > accepted);
  assertEquals(mtime("lastconfig.bak"), accepted);
  assertEquals(site.lastConfig("lastconfig.bak"), first);
  await until("the backup", () => site.lastConfig("lastconfig.bak")?.toHex() === site.lastConfig()?.toHex());
  assertEquals(mtime("lastconfig.bak"), mtime("lastconfig"));
});
