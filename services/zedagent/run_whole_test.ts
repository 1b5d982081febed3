/** The whole program with all its tasks: a device comes to life. */
import { assert, assertEquals } from "@std/assert";
import { ZInfoMsg } from "../../proto/device.ts";
import { until } from "../agent/test_device.ts";
import { topics } from "../topics/mod.ts";
import { dhcpNetwork, eth0, networkUUID } from "./testdata/edge_dev_config.ts";
import { fastClock } from "../agent/fake_clock.ts";
import { openSite, type TestSite } from "./testdata/test_site.ts";

function payloads(site: TestSite, endpoint: string): Uint8Array[] {
  return site.controller.requests.filter((record) => record.endpoint === endpoint).flatMap(({ payload }) =>
    payload ?? []
  );
}

Deno.test("attested, configured, reported: the controller sees state, settings, counters and metrics", async () => {
  await using site = await openSite({ enforceIntegrityToken: true });
  site.serve({
    device_name: "edge-1",
    reboot: { counter: 3 },
    configItems: [{ key: "timer.config.interval", value: "1" }, { key: "no.such.item", value: "1" }],
    deviceIoList: [eth0],
    systemAdapterList: [{ name: "mgmt0", uplink: true, networkUUID }],
    networks: [dhcpNetwork],
  });
  site.openGates();
  await using program = site.start({ standalone: true, clock: fastClock(20) });
  await until("the port config", () => site.read(topics.zedagent.DevicePortConfig, "zedagent") !== undefined);
  await until("attested", () => site.status()?.AttestState === 7);
  const infos = () =>
    payloads(site, "info").map((payload) => ZInfoMsg.decode(payload).dinfo).filter((dinfo) => dinfo !== null);
  await until(
    "a device info with the config",
    () => infos().some((dinfo) => dinfo?.device_name === "edge-1"),
    15_000,
  );
  await until("a metrics message", () => payloads(site, "metrics").length > 0, 15_000);
  const info = infos().findLast((dinfo) => dinfo?.device_name === "edge-1");
  assertEquals(info?.rebootConfigCounter, 3);
  const states = info?.configItemStatus;
  assert((states?.configItems["timer.config.interval"]?.error ?? "") !== "");
  assert((states?.unknownConfigItems["no.such.item"]?.error ?? "") !== "");
  assertEquals(program.device.logged.filter((line) => line.startsWith("CRITICAL")), []);
});

/** Every file below a folder. */
function filesBelow(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory ? filesBelow(path) : [path];
  });
}

Deno.test("restart: refused reports were in memory only, and are made anew from the state", async () => {
  await using site = await openSite();
  site.serve({});
  site.openGates();
  site.controller.faults.add("info", { status: 503 });
  const infos = (status: number) =>
    site.controller.requests.filter((record) => record.endpoint === "info" && record.status === status)
      .map(({ payload }) => ZInfoMsg.decode(payload ?? new Uint8Array()));
  {
    await using _program = site.start({ standalone: true });
    await until("both are refused", () => infos(503).length >= 2, 20_000);
  }
  const files = filesBelow(`${site.root}/persist`).map((path) => path.slice(site.root.length));
  assertEquals(files.filter((path) => /defer|queue|deviceinfo|hwinfo/i.test(path)), []);
  assertEquals(infos(201), []);
  site.controller.faults.clear();
  await using _again = site.start({ standalone: true });
  await until("device info", () => infos(201).some(({ dinfo }) => dinfo !== null), 20_000);
  await until("hardware info", () => infos(201).some(({ hwinfo }) => hwinfo !== null), 20_000);
});
