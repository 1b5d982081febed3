/** The table of settings, and what a controller may set them to. */
import { assertEquals } from "@std/assert";
import {
  type ConfigItemKey,
  configItemKeys,
  configItemSpec,
  configItemSpecs,
  isConfigItemKey,
} from "./config_items.ts";
import {
  agentSetting,
  boolItem,
  boolValue,
  defaultConfigItems,
  intItem,
  itemText,
  parseAgentItemKey,
  parseAgentItemValue,
  parseItemValue,
  stringItem,
  triStateItem,
} from "./config_item_values.ts";
import { goConfigItemValue, TriState } from "./config_item_value_map.ts";
import { topics } from "./table.ts";

const accepts = (key: string, text: string) => "value" in parseItemValue(key, text);

Deno.test("there are 128 settings: 67 int, 33 bool, 25 string, 3 tristate, each named in zedagent.md", () => {
  const count = (type: string) => configItemKeys.filter((key) => configItemSpecs[key].type === type).length;
  assertEquals(configItemKeys.length, 128);
  assertEquals([count("int"), count("bool"), count("string"), count("tristate")], [67, 33, 25, 3]);
  const page = Deno.readTextFileSync(new URL("../../docs/spec/zedagent.md", import.meta.url));
  const section = page.slice(page.indexOf("### 7.3 "), page.indexOf("## 8. "));
  // The page writes the https probe as a continuation of the http one.
  const missing = configItemKeys.filter((key) =>
    !section.includes(key.replace("diag.probe.remote.https", ".https"))
  );
  assertEquals(missing, []);
});

Deno.test("default, minimum and maximum of every integer are those of the table in zedagent.md §7.3", () => {
  const page = Deno.readTextFileSync(new URL("../../docs/spec/zedagent.md", import.meta.url));
  const section = page.slice(page.indexOf("### 7.3 "), page.indexOf("### 7.4 "));
  const cells = section.matchAll(/\| ([a-zA-Z0-9.-]+\.[a-zA-Z0-9.-]+) \| (\S+) \| (\S+) \| (\S+) (?=\|)/g);
  const number = (cell: string | undefined) => cell === "M" ? 4294967295 : cell === "†" ? 0 : Number(cell);
  let seen = 0;
  for (const [, key, value, min, max] of cells) {
    if (key === undefined || !isConfigItemKey(key)) throw new Error(`${key} is not in the table`);
    assertEquals(configItemSpec(key), {
      type: "int",
      default: number(value),
      min: number(min),
      max: number(max),
    }, key);
    seen++;
  }
  assertEquals(seen, 67);
});

Deno.test("the default map has every key with its own type, and goes through the codec", () => {
  const map = defaultConfigItems();
  assertEquals(Object.keys(map.GlobalSettings).length, 128);
  assertEquals(map.AgentSettings, {});
  const { codec } = topics.zedagent.ConfigItemValueMap;
  assertEquals(codec.equal(codec.decode(codec.encode(map)), map), true);
  assertEquals(codec.encode(map).endsWith(',"AgentSettings":{}}'), true);
});

Deno.test("every default is accepted by its own check", () => {
  for (const item of Object.values(defaultConfigItems().GlobalSettings)) {
    assertEquals(accepts(item.Key, itemText(item)), true, item.Key);
  }
});

Deno.test("getters give the value in force, and the default without map, item or right type", () => {
  const map = {
    ...defaultConfigItems(),
    GlobalSettings: {
      "timer.config.interval": goConfigItemValue.make({
        Key: "timer.config.interval",
        ItemType: 1,
        IntValue: 7,
      }),
      "timer.cert.interval": goConfigItemValue.make({
        Key: "timer.cert.interval",
        ItemType: 3,
        StrValue: "x",
      }),
      "debug.enable.usb": boolValue("debug.enable.usb", false),
      "airgap.mode": goConfigItemValue.make({ Key: "airgap.mode", ItemType: 4, TriStateValue: 2 }),
      "maintenance.mode": goConfigItemValue.make({ Key: "maintenance.mode", ItemType: 4, TriStateValue: 9 }),
      "igpu.gop": goConfigItemValue.make({ Key: "igpu.gop", ItemType: 3, StrValue: "a.rom" }),
    },
  };
  assertEquals([intItem(map, "timer.config.interval"), intItem(undefined, "timer.config.interval")], [7, 60]);
  assertEquals(intItem(map, "timer.cert.interval"), 86400);
  assertEquals(boolItem(map, "debug.enable.usb"), false);
  assertEquals(boolItem(map, "vector.enabled"), true);
  assertEquals(triStateItem(map, "airgap.mode"), TriState.TS_ENABLED);
  assertEquals(triStateItem(map, "maintenance.mode"), TriState.TS_NONE);
  assertEquals(triStateItem(undefined, "network.fallback.any.eth"), TriState.TS_DISABLED);
  assertEquals(stringItem(map, "igpu.gop"), "a.rom");
});

Deno.test("an agent's own log level comes before the global one", () => {
  const level = goConfigItemValue.make({ Key: "debug.loglevel", ItemType: 3, StrValue: "debug" });
  const map = { ...defaultConfigItems(), AgentSettings: { nim: { "debug.loglevel": level } } };
  assertEquals(agentSetting(map, "nim", "debug.loglevel"), "debug");
  assertEquals(agentSetting(map, "nim", "debug.remote.loglevel"), "info");
  assertEquals(agentSetting(map, "toString", "debug.loglevel"), "info");
  assertEquals(agentSetting(undefined, "nim", "debug.loglevel"), "info");
});

Deno.test("integers are decimal digits within the limits", () => {
  assertEquals(parseItemValue("timer.config.interval", "5"), {
    value: {
      Key: "timer.config.interval",
      ItemType: 1,
      IntValue: 5,
      StrValue: "",
      BoolValue: false,
      TriStateValue: 0,
    },
  });
  for (
    const bad of [
      "4",
      "86401",
      "",
      "-5",
      "+5",
      "5.0",
      "0x10",
      " 5",
      "5s",
      "4294967296",
      "99999999999999999999",
    ]
  ) {
    assertEquals(accepts("timer.config.interval", bad), false, bad);
  }
  assertEquals(parseItemValue("timer.config.interval", "4"), {
    error: 'timer.config.interval: expected a number from 5 to 86400, got "4"',
  });
});

Deno.test("booleans and three-way values take the words of the spec only", () => {
  const bool = (text: string) => {
    const parsed = parseItemValue("vector.enabled", text);
    return "value" in parsed ? parsed.value.BoolValue : parsed.error;
  };
  assertEquals(["1", "t", "T", "TRUE", "true", "True"].map(bool), [true, true, true, true, true, true]);
  assertEquals(["0", "f", "F", "FALSE", "false", "False"].map(bool), [
    false,
    false,
    false,
    false,
    false,
    false,
  ]);
  assertEquals(["yes", "tRue", "", "2"].filter((text) => accepts("vector.enabled", text)), []);
  const state = (text: string) => {
    const parsed = parseItemValue("airgap.mode", text);
    return "value" in parsed ? parsed.value.TriStateValue : parsed.error;
  };
  assertEquals(["none", "enabled", "enable", "on", "disabled", "disable", "off"].map(state), [
    0,
    2,
    2,
    2,
    1,
    1,
    1,
  ]);
  assertEquals(["", "None", "true", "ON"].filter((text) => accepts("airgap.mode", text)), []);
});

Deno.test("texts are checked by their kind", () => {
  const good: [ConfigItemKey, string[]][] = [
    ["debug.default.loglevel", ["none", "all", "Info", "WARNING", "trace"]],
    ["debug.kernel.loglevel", ["none", "emerg", "notice", "all"]],
    ["timer.vault.trim.cron", ["", "* * * * *", "*/15 0-6/2 1,15 12 7", "0 2 * * 6,0"]],
    ["vector.config", ["", "AQID", "AQ=="]],
    ["app.boot.order", ["", "usb", "nousb"]],
    ["igpu.gop", ["", "gop.rom", "..a"]],
    ["diag.probe.remote.http.endpoint", [
      "",
      "example.com",
      "http://example.com/x",
      "10.0.0.1",
      "http://[::1]:80",
    ]],
    ["diag.probe.remote.https.endpoint", ["", "example.com", "https://example.com:8443/x"]],
    ["storage.longhorn.node-drain-policy", ["always-allow", "block-for-eviction"]],
    ["k3s.version", ["", "anything"]],
    ["debug.tui.loglevel", ["", "whatever"]],
  ];
  const bad: [ConfigItemKey, string[]][] = [
    ["debug.default.loglevel", ["", "ALL", "loud", "notice"]],
    ["debug.kernel.loglevel", ["", "trace", "INFO"]],
    ["timer.vault.trim.cron", [
      "* * * *",
      "60 * * * *",
      "* 24 * * *",
      "* * 0 * *",
      "* * * 13 *",
      "* * * * 8",
      "5-1 * * * *",
      "*/0 * * * *",
      "a * * * *",
      "1,,2 * * * *",
    ]],
    ["vector.config", ["%%%", "AQI"]],
    ["app.boot.order", ["USB", "cd"]],
    ["igpu.gop", ["../x", "a/b", "..", "."]],
    ["diag.probe.remote.http.endpoint", ["https://example.com", "ftp://x", "http://", "a b"]],
    ["diag.probe.remote.https.endpoint", ["http://example.com", "10.0.0.1", "https://[::1]/"]],
    ["storage.longhorn.node-drain-policy", ["", "never"]],
  ];
  for (const [key, texts] of good) assertEquals(texts.filter((text) => !accepts(key, text)), [], key);
  for (const [key, texts] of bad) assertEquals(texts.filter((text) => accepts(key, text)), [], key);
});

Deno.test("unknown items are named; names of object members are no items", () => {
  assertEquals(parseItemValue("no.such.item", "1"), { error: "unknown config item no.such.item" });
  assertEquals(accepts("toString", "1"), false);
});

Deno.test("agent.nim.debug.loglevel and the older debug.nim.loglevel name the same setting", () => {
  const expected = { agent: "nim", setting: "debug.loglevel" };
  assertEquals(parseAgentItemKey("agent.nim.debug.loglevel"), expected);
  assertEquals(parseAgentItemKey("debug.nim.loglevel"), expected);
  assertEquals(parseAgentItemKey("debug.nim.remote.loglevel")?.setting, "debug.remote.loglevel");
  for (const key of ["agent.nim", "agent..x", "agent.ni-m.x", "debug.nim", "xagent.nim.y"]) {
    assertEquals(parseAgentItemKey(key), undefined, key);
  }
  assertEquals("value" in parseAgentItemValue("debug.loglevel", "WARN"), true);
  assertEquals(parseAgentItemValue("debug.loglevel", "loud"), {
    error:
      'debug.loglevel: expected a log level (none, all, panic, fatal, error, warn, warning, info, debug, trace), got "loud"',
  });
  assertEquals(parseAgentItemValue("colour", "red"), { error: "unknown agent setting colour" });
});

Deno.test("the memory limits follow EVE's cgroup, bytes clamped, MiB rounded up", () => {
  assertEquals(configItemSpec("memory.eve.limit.bytes", 838860800 + 1), {
    type: "int",
    default: 838860801,
    min: 838860801,
    max: 4294967295,
  });
  assertEquals(configItemSpec("memory.eve.limit.MiB", 838860800 + 1), {
    type: "int",
    default: 801,
    min: 801,
    max: 4294967295,
  });
  assertEquals(configItemSpec("memory.eve.limit.bytes", 2 ** 40), {
    type: "int",
    default: 4294967295,
    min: 4294967295,
    max: 4294967295,
  });
  assertEquals(defaultConfigItems(1048576).GlobalSettings["memory.eve.limit.MiB"]?.IntValue, 1);
});

Deno.test("values as text, as device info reports them", () => {
  assertEquals(itemText(goConfigItemValue.make({ ItemType: 4, TriStateValue: 1 })), "disabled");
  assertEquals(itemText(goConfigItemValue.make({ ItemType: 1, IntValue: 60 })), "60");
  assertEquals(itemText(boolValue("k", true)), "true");
  assertEquals(itemText(goConfigItemValue.zero()), "UnknownType(0)");
});
