/** Who reads the bus of running executables: EVE's scripts and tests by path, and a subscriber that has stopped reading. */
import { assert, assertEquals } from "@std/assert";
import { app } from "../scripts/demo/configs.ts";
import { topics } from "../services/topics/mod.ts";
import { openBus } from "../services/pubsub/mod.ts";
import { onboarding, openSite, quickConfig, type WholeSite } from "./site/open_site.ts";

const withApp = {
  apps: [{
    uuidandversion: { uuid: app.uuid, version: "1" },
    displayname: app.name,
    activate: true,
    fixedresources: { memory: 131072, vcpus: 1 },
  }],
};

const info = "run/zedagent/EdgeNodeInfo/global.json";

async function configured(): Promise<WholeSite> {
  const site = await openSite();
  site.start("nim");
  site.start("zedagent");
  site.start("loguploader");
  assertEquals((await site.run("client", onboarding)).code, 0);
  site.putConfig(quickConfig(withApp));
  await site.until("configured", () => site.device.json(info)?.["DeviceName"] === "edge-1", 90_000);
  return site;
}

/** What jq gives for a path of `spec/pubsub.md §12`; the last step may be any type. */
function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce((inner: unknown, name) => Object(inner)[name], value);
}

Deno.test("the paths that EVE's scripts and acceptance tests read are in the files of the executables", async () => {
  await using site = await configured();
  const json = (path: string) => site.device.json(path);
  const item = ["GlobalSettings", "timer.config.interval", "IntValue"];
  assertEquals(at(json("run/zedagent/ConfigItemValueMap/global.json"), item), 5);
  assertEquals(at(json("run/zedagent/ZedAgentStatus/zedagent.json"), ["RadioSilence", "Imposed"]), false);
  const ports: unknown = json("run/nim/DeviceNetworkStatus/global.json")?.["Ports"];
  assert(Array.isArray(ports) && ports.length === 1);
  for (const port of ports) assert("NtpServers" in port, "`.Ports[].NtpServers[]?`");
  const appConfig = json(`run/zedagent/AppInstanceConfig/${app.uuid}.json`);
  assertEquals(appConfig?.["DisplayName"], app.name);
  assertEquals(typeof at(appConfig, ["FixedResources", "VirtualizationMode"]), "number");
  assert(site.device.count("run/zedagent/ControllerCert", (name) => name.endsWith(".json")) > 0);
  assertEquals(typeof json("run/global/LedBlinkCounter/ledconfig.json")?.["BlinkCounter"], "number");
  await site.until(
    "MetricsMap of all that run",
    () =>
      ["zedclient", "zedagent", "loguploader", "nim"].every((agent) =>
        site.device.exists(`run/${agent}/MetricsMap/global.json`)
      ),
    20_000,
  );
  assertEquals(site.device.text("persist/status/uuid"), `${site.uuid()}\n`);
  assert(Number(site.device.text("run/zedagent.pid")) > 0);
  assertEquals(await site.endAll(), []);
});

Deno.test("[pubsub#12] a stopped subscriber blocks neither the publisher nor other subscribers, and catches up", async () => {
  await using site = await configured();
  const ending = new AbortController();
  const bus = openBus({ root: site.root, signal: ending.signal, report: () => {} });
  let seen = "";
  const see = (_key: string, value: { readonly DeviceName: string }) => void (seen = value.DeviceName);
  bus.subscription(topics.zedagent.EdgeNodeInfo, { create: see, modify: see }).activate();
  const stopped = site.processes.running.filter(({ program }) => program !== "zedagent");
  try {
    for (const running of stopped) running.kill("SIGSTOP");
    for (const n of [2, 3]) {
      site.putConfig(quickConfig({ ...withApp, device_name: `edge-${n}` }));
      await site.until(
        `edge-${n} published and seen`,
        () => site.device.json(info)?.["DeviceName"] === `edge-${n}` && seen === `edge-${n}`,
      );
    }
    for (const running of stopped) running.kill("SIGCONT");
    for (let n = 0; n < 6; n++) await site.logs.writeDeviceLog({}, [{ content: `after the stop ${n}` }]);
    await site.until("loguploader goes on", () => site.device.logsWaiting() === 0, 30_000);
  } finally {
    ending.abort();
  }
  assertEquals(await site.endAll(), []);
});
