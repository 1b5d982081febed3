/** The whole program and the watchdog, while no request ever ends. */
import { assert, assertEquals } from "@std/assert";
import { fakeClock } from "../agent/fake_clock.ts";
import { until } from "../agent/test_device.ts";
import { topics } from "../topics/mod.ts";
import { openLoc } from "./loc/testdata/loc_site.ts";
import { lpsApp, openLps, publishAppNetwork } from "./local_profile/testdata/lps_site.ts";
import { openSite } from "./testdata/test_site.ts";

const endpoints = ["local_profile", "radio", "appinfo", "devinfo", "network", "appbootinfo", "location"];

Deno.test("[zedagent#36] each registered watchdog file is touched at least every 40 s while controller and local server hang, with a LOC", async () => {
  await using lps = await openLps();
  await using loc = await openLoc();
  await using site = await openSite();
  const registered = `${site.root}/run/watchdog/file`;
  Deno.mkdirSync(registered, { recursive: true });
  site.serve({
    device_name: "edge-1",
    local_profile_server: lps.address,
    loc_config: { loc_url: loc.url },
    apps: [{ uuidandversion: { uuid: lpsApp } }],
  });
  site.openGates();
  publishAppNetwork(site);
  const never = new Promise<void>(() => {});
  for (const endpoint of endpoints) lps.reply(endpoint, { status: 200, until: never });
  const clock = fakeClock(Date.now());
  await using _program = site.start({ clock });
  await until("edge-1", () => site.read(topics.zedagent.EdgeNodeInfo)?.DeviceName === "edge-1");
  await until("questions to the local server", () => lps.of("local_profile").length > 0);
  site.controller.faults.add("*", { hang: true });
  const hanging = () =>
    site.controller.requests.filter(({ faulty }) => faulty).map(({ endpoint }) => endpoint);
  for (let seconds = 0; seconds < 60; seconds += 5) await clock.advance(5_000);
  await until(
    "hanging requests",
    () => (["config", "metrics"] as const).every((name) => hanging().includes(name)),
  );
  const names = [...Deno.readDirSync(registered)].map(({ name }) => name.replace(".touch", "")).sort();
  assertEquals(names, [
    "lps-appbootinfo",
    "lps-appinfo",
    "lps-devinfo",
    "lps-network",
    "lps-profile",
    "lps-radio",
    "zedagent-ntp",
    "zedagentDeferredEvent",
    "zedagentDeferredLOCPeriodic",
    "zedagentattest",
    "zedagentccerts",
    "zedagentconfig",
    "zedagentdevinfo",
    "zedagentecerts",
    "zedagenthardwarehealth",
    "zedagentmetrics",
  ]);
  for (let seconds = 0; seconds < 300; seconds += 5) {
    await clock.advance(5_000);
    for (const name of names) {
      const touched = Deno.statSync(`${site.root}/run/${name}.touch`).mtime?.getTime() ?? 0;
      assert(clock.now() - touched <= 40_000, `${name} is ${clock.now() - touched} ms old`);
    }
  }
});
