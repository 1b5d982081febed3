/** A device from nothing to delivered logs, from compiled executables; then a second boot. */
import { assert, assertEquals } from "@std/assert";
import { topics } from "../services/topics/mod.ts";
import { app, secondConfig } from "../scripts/demo/configs.ts";
import { startAgain, stopController, writeLogs } from "../scripts/demo/site.ts";
import { goFilesThere, strangePersistentFiles } from "./going_back/persistent_files.ts";
import { onboarding, openSite, quickConfig, type WholeSite } from "./site/open_site.ts";

async function boot(site: WholeSite): Promise<void> {
  for (const program of ["nim", "zedagent", "loguploader"] as const) site.start(program);
  const { code } = await site.run("client", onboarding);
  assertEquals(code, 0, site.logged("client").join("\n"));
}

function level(site: WholeSite): string | undefined {
  const text = site.device.text("run/zedagent/ConfigItemValueMap/global.json");
  if (text === undefined) return undefined;
  return topics.zedagent.ConfigItemValueMap.codec.decode(text).GlobalSettings["debug.default.loglevel"]
    ?.StrValue;
}

const appFile = `run/zedagent/AppInstanceConfig/${app.uuid}.json`;
const status = (site: WholeSite) => site.device.json("run/zedagent/ZedAgentStatus/zedagent.json");

Deno.test("a device onboards, attests, applies its configuration, delivers its logs, follows a change, survives an outage and a reboot", async () => {
  await using site = await openSite();
  const files = await writeLogs(site, 5, 3);
  await boot(site);
  site.putConfig(quickConfig());
  await site.until("attested and configured", () => {
    return site.device.exists("run/eve.integrity_token") && status(site)?.["ConfigGetStatus"] === 1 &&
      site.device.json("run/zedagent/EdgeNodeInfo/global.json")?.["DeviceName"] === "edge-1";
  }, 90_000);
  await site.until("logs delivered", () => site.device.logsWaiting() === 0);
  const reports = site.controller.reports(site.uuid());
  assertEquals((await reports.logs()).length + (await reports.appLogs(app.uuid)).length, files);
  await site.until("info and metrics received", async () => {
    return (await reports.info()).length > 0 && (await reports.metrics()).length > 0;
  });
  assertEquals(site.device.text("persist/status/uuid"), `${site.uuid()}\n`);

  const firstContact = { counter: 1, desiredState: true, opsTime: "now" };
  site.putConfig({ ...secondConfig(), reboot: firstContact, shutdown: firstContact });
  await site.until("the change is on the bus", () => {
    return level(site) === "debug" && site.device.json(appFile)?.["DisplayName"] === app.name;
  });

  await stopController(site);
  await site.until("the outage is published", () => status(site)?.["ConfigGetStatus"] === 2);
  assertEquals(site.device.json(appFile)?.["DisplayName"], app.name, "the last good state stays");
  await startAgain(site);
  await site.until("recovery is published", () => status(site)?.["ConfigGetStatus"] === 1, 30_000);

  assertEquals(await site.endAll(), []);
  for (const entry of Deno.readDirSync(`${site.root}/run`)) {
    Deno.removeSync(`${site.root}/run/${entry.name}`, { recursive: true });
  }
  await writeLogs(site, 2, 0);
  await boot(site);
  await site.until("the same state after a reboot", () => {
    return status(site)?.["ConfigGetStatus"] === 1 && level(site) === "debug" &&
      site.device.json(appFile)?.["DisplayName"] === app.name && site.device.logsWaiting() === 0;
  }, 30_000);
  assertEquals(site.controller.devices().length, 1, "the device registered once");
  const report = await site.run("diag", ["--once"]);
  assertEquals(report.code, 0, report.text);
  assert(report.text.includes("PASS: all 1 management ports passed"), report.text);
  assertEquals(await site.endAll(), []);
  assertEquals(strangePersistentFiles(site.root), []);
  const there = goFilesThere(site.root);
  for (const name of ["zedclient/OnboardingStatus", "uuid", "rebootConfig", "shutdownConfig", "lastconfig"]) {
    assert(there.includes(name), `${name} is among ${there}`);
  }
});

Deno.test("a boot without a controller runs from the checkpoint", async () => {
  await using site = await openSite();
  await boot(site);
  site.putConfig(secondConfig());
  await site.until(
    "configured",
    () => site.device.exists(appFile) && site.device.exists("persist/checkpoint/lastconfig"),
    90_000,
  );
  assertEquals(await site.endAll(), []);
  await stopController(site);
  for (const entry of Deno.readDirSync(`${site.root}/run`)) {
    Deno.removeSync(`${site.root}/run/${entry.name}`, { recursive: true });
  }
  await boot(site);
  await site.until(
    "applied from lastconfig",
    () => site.device.json(appFile)?.["DisplayName"] === app.name,
    30_000,
  );
  await site.until(
    "and it still asks",
    () => site.logged("zedagent").some((line) => line.includes("config request failed")),
  );
  assertEquals(level(site), "debug");
  assertEquals(await site.endAll(), []);
  await startAgain(site);
});
