/** Who reads the bus of running executables: EVE's scripts and tests by path, and a subscriber that has stopped reading. */
import { assert, assertEquals } from "@std/assert";
import { app } from "../scripts/demo/configs.ts";
import { goDevicePortConfig, goNetworkPortConfig, topics } from "../services/topics/mod.ts";
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

/** What `jq -c` prints for a path of `spec/pubsub.md §12` on a file of the device. */
async function jq(site: WholeSite, path: string, file: string): Promise<string> {
  const command = new Deno.Command("jq", { args: ["-c", path, `${site.root}/${file}`], stdin: "null" });
  const { code, stdout, stderr } = await command.output().catch((cause) => {
    throw new Error("jq is not here; type:\n  apt-get install -y jq", { cause });
  });
  const text = new TextDecoder();
  assertEquals([code, text.decode(stderr)], [0, ""], `${path} ${file}`);
  return text.decode(stdout).trimEnd();
}

/** With a ports file nim decides nothing; without one its list goes through the same publication. */
function publishPortConfigs(site: WholeSite): void {
  const ending = new AbortController();
  const bus = openBus({ root: site.root, signal: ending.signal, report: () => {} });
  const port = goNetworkPortConfig.make({
    Logicallabel: "mgmt0",
    IfName: "eth0",
    Dhcp: 4,
    IsMgmt: true,
    IsL3Port: true,
    ConfigSource: { Origin: 1, SubmittedAt: "2026-01-01T00:00:00Z" },
  });
  bus.publication(topics.nim.DevicePortConfigList).publish("global", {
    CurrentIndex: 0,
    PortConfigList: [goDevicePortConfig.make({ Version: 1, Key: "zedagent", Ports: [port] })],
  });
  ending.abort();
}

Deno.test("[pubsub#25] jq finds what EVE's scripts and acceptance tests look for in the files of the executables", async () => {
  await using site = await configured();
  publishPortConfigs(site);
  const item = '.GlobalSettings."timer.config.interval".IntValue';
  const appConfig = `run/zedagent/AppInstanceConfig/${app.uuid}.json`;
  const portConfigs = "persist/status/nim/DevicePortConfigList/global.json";
  const expected = [
    [".Ports[].NtpServers[]?", "run/nim/DeviceNetworkStatus/global.json", ""],
    [".Ports | length", "run/nim/DeviceNetworkStatus/global.json", "1"],
    [item, "run/zedagent/ConfigItemValueMap/global.json", "5"],
    [".RadioSilence.Imposed", "run/zedagent/ZedAgentStatus/zedagent.json", "false"],
    [".DisplayName", appConfig, `"${app.name}"`],
    [".FixedResources.VirtualizationMode", appConfig, "0"],
    [".PortConfigList[].Key", portConfigs, '"zedagent"'],
    [
      ".PortConfigList[].Ports[] | [.Logicallabel, .IfName, .Dhcp, .IsMgmt, .IsL3Port, .ConfigSource.Origin]",
      portConfigs,
      '["mgmt0","eth0",4,true,true,1]',
    ],
    [".BlinkCounter | type", "run/global/LedBlinkCounter/ledconfig.json", '"number"'],
  ] as const;
  for (const [path, file, value] of expected) assertEquals(await jq(site, path, file), value, path);
  assert(site.device.count("run/zedagent/ControllerCert", (name) => name.endsWith(".json")) > 0);
  for (const agent of ["zedclient", "zedagent", "loguploader", "nim"]) {
    const file = `run/${agent}/MetricsMap/global.json`;
    await site.until(file, () => site.device.exists(file), 20_000);
    assertEquals(await jq(site, "type", file), '"object"');
  }
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
