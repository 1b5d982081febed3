/** On a real bus: zedagent's side publishes, the agent's side follows. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { type Logger, LogLevels } from "@std/log";
import { type ConfigItemValueMap, defaultConfigItems, topics } from "../topics/mod.ts";
import { openLog } from "./agent_log.ts";
import { followConfigItems } from "./config_items.ts";
import type { Device } from "./device.ts";
import { setLed } from "./led.ts";
import { testDevice, until } from "./test_device.ts";

function withText(key: string, text: string): ConfigItemValueMap {
  const map = defaultConfigItems();
  const item = map.GlobalSettings[key];
  if (item === undefined) throw new Error(`no config item ${key}`);
  return { ...map, GlobalSettings: { ...map.GlobalSettings, [key]: { ...item, StrValue: text } } };
}

function withAgentLevel(map: ConfigItemValueMap, agent: string, text: string): ConfigItemValueMap {
  const level = {
    Key: "debug.loglevel",
    ItemType: 3,
    IntValue: 0,
    StrValue: text,
    BoolValue: false,
    TriStateValue: 0,
  };
  return { ...map, AgentSettings: { [agent]: { "debug.loglevel": level } } };
}

function logged(): { log: Logger; lines: string[] } {
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  return { log: openLog("nim", { debug: false, now: () => 0, terminal: false, write }), lines };
}

Deno.test("settings are the defaults until zedagent publishes them, and follow it", async () => {
  await using device = testDevice({ agent: "nim" });
  let changes = 0;
  const items = followConfigItems(device, () => changes++);
  assertEquals([items.map, items.int("timer.send.timeout"), items.bool("newlog.allow.fastupload")], [
    undefined,
    120,
    false,
  ]);
  const publication = device.bus.publication(topics.zedagent.ConfigItemValueMap);
  const map = defaultConfigItems();
  const timeout = map.GlobalSettings["timer.send.timeout"];
  if (timeout === undefined) throw new Error("no timer.send.timeout");
  publication.publish("global", {
    ...map,
    GlobalSettings: { ...map.GlobalSettings, "timer.send.timeout": { ...timeout, IntValue: 7 } },
  });
  publication.publish("other", map);
  await until("the settings", () => items.map !== undefined);
  assertEquals([items.int("timer.send.timeout"), items.text("debug.default.loglevel")], [7, "info"]);
  assertEquals(items.triState("airgap.mode"), 0);
  await until("the change to be told", () => changes === 1);
  publication.unpublish("global");
  await until("the deletion", () => items.map === undefined);
  assertEquals(items.int("timer.send.timeout"), 120);
  await until("the deletion to be told", () => changes === 2);
});

Deno.test("the log level follows the agent's own setting, else the default one, else info", async () => {
  await using base = testDevice({ agent: "nim" });
  const { log, lines } = logged();
  const device: Device = { ...base, log };
  followConfigItems(device);
  const publication = base.bus.publication(topics.zedagent.ConfigItemValueMap);
  publication.publish("global", withText("debug.default.loglevel", "Debug"));
  await until("debug", () => log.level === LogLevels.DEBUG);
  publication.publish("global", withAgentLevel(withText("debug.default.loglevel", "debug"), "nim", "error"));
  await until("error", () => log.level === LogLevels.ERROR);
  publication.publish(
    "global",
    withAgentLevel(withText("debug.default.loglevel", "warn"), "zedagent", "trace"),
  );
  await until("warning", () => log.level === LogLevels.WARN);
  publication.publish("global", withText("debug.default.loglevel", "shouting"));
  await until("a warning", () => lines.length > 0);
  assertStringIncludes(lines[0] ?? "", 'log level \\"shouting\\" is none of EVE');
  assertEquals(log.level, LogLevels.WARN);
  publication.unpublish("global");
  await until("info", () => log.level === LogLevels.INFO);
});

Deno.test("the LED file holds the last value set", async () => {
  await using device = testDevice({ agent: "zedclient" });
  setLed(device, 3);
  assertEquals(device.read("/run/global/LedBlinkCounter/ledconfig.json"), '{"BlinkCounter":3}');
  setLed(device, 14);
  setLed(device, 14);
  assertEquals(device.read("/run/global/LedBlinkCounter/ledconfig.json"), '{"BlinkCounter":14}');
  assertEquals([device.logged, device.reported], [[], []]);
});
