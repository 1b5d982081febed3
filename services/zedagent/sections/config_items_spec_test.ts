/** The settings against the tables of `docs/spec/zedagent.md §7.3, 7.4`: read from the page, tried through what a controller sends. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type ConfigItemValue, defaultConfigItems, itemText } from "../../topics/mod.ts";
import { applyConfigItems } from "./config_items.ts";

const page = Deno.readTextFileSync(new URL("../../../docs/spec/zedagent.md", import.meta.url));
const between = (from: string, to: string) => page.slice(page.indexOf(from), page.indexOf(to));
const integers = between("### 7.3 ", "### 7.4 ");
const others = between("### 7.4 ", "(`eve: pkg/pillar/types/global.go, NewConfigItemSpecMap`");
const largest = 4294967295;
const defaults = defaultConfigItems();

/** Sets one item with the defaults in force. */
function set(key: string, value: string) {
  const { map, status } = applyConfigItems([{ key, value }], false, defaults);
  const item: ConfigItemValue | undefined = map.GlobalSettings[key];
  return { text: item === undefined ? undefined : itemText(item), state: status.get(key), map };
}

function assertTaken(key: string, value: string, as = value) {
  const { text, state } = set(key, value);
  assertEquals([text, state?.value, state?.error, state?.unknown], [as, as, "", false], `${key} = ${value}`);
}

function assertRefused(key: string, value: string) {
  const { text, state, map } = set(key, value);
  const before = defaults.GlobalSettings[key];
  assert(before !== undefined, key);
  // usb, vga and console are false where the controller's value can't be used and nothing else was in force.
  assertEquals(
    [text, state?.value, state?.unknown],
    [itemText(before), itemText(before), false],
    `${key} = ${value}`,
  );
  assertStringIncludes(state?.error ?? "", key);
  assertEquals(Object.keys(map.GlobalSettings).length, 128);
}

/** Keys of a bullet of §7.4, `.https.endpoint` being written short. */
function keysAfter(start: string): string[] {
  const bullet = others.split("\n* ").find((part) => part.includes(start)) ?? "";
  const tail = bullet.slice(bullet.indexOf(start) + start.length).split(/\. [A-Zk]|; default|\n\*/)[0] ?? "";
  return [...tail.matchAll(/[a-z][A-Za-z0-9-]*(?:\.[A-Za-z0-9-]+)+/g)].map(([key]) => key.replace(/\.$/, ""));
}

Deno.test("§7.3: each of the 67 integers has its default, takes its limits and refuses what is one beyond", () => {
  const number = (cell: string | undefined) => cell === "M" ? largest : cell === "†" ? 0 : Number(cell);
  let seen = 0;
  for (
    const [, key = "", fallback, low, high] of integers.matchAll(
      /\| ([a-zA-Z0-9.-]+\.[a-zA-Z0-9.-]+) \| (\S+) \| (\S+) \| (\S+) (?=\|)/g,
    )
  ) {
    seen++;
    const item = defaults.GlobalSettings[key];
    assertEquals([item?.ItemType, item?.IntValue], [1, number(fallback)], key);
    assertTaken(key, String(number(low)));
    assertTaken(key, String(number(high)));
    if (number(low) > 0) assertRefused(key, String(number(low) - 1));
    assertRefused(key, String(number(high) + 1));
    for (const bad of ["", "-1", "1.5", "0x10", "many", " 60"]) assertRefused(key, bad);
  }
  assertEquals(seen, 67);
});

Deno.test("§7.4: each of the 33 booleans has its default and takes just the twelve words", () => {
  const on = keysAfter("Bool, default **true**:");
  const off = keysAfter("Bool, default **false**:");
  assertEquals(on.length + off.length, 33, [...on, ...off].join());
  for (const [keys, fallback] of [[on, true], [off, false]] as const) {
    for (const key of keys) {
      const item = defaults.GlobalSettings[key];
      assertEquals([item?.ItemType, item?.BoolValue], [2, fallback], key);
      for (const word of ["1", "t", "T", "TRUE", "true", "True"]) assertTaken(key, word, "true");
      for (const word of ["0", "f", "F", "FALSE", "false", "False"]) assertTaken(key, word, "false");
      for (const word of ["", "yes", "on", "2", "tRUE"]) {
        const { state } = set(key, word);
        assert(state?.error !== "", `${key} = ${word}`);
      }
    }
  }
});

Deno.test("§7.4: the three tristates", () => {
  const line = others.split("\n* ").find((part) => part.startsWith("Tristate")) ?? "";
  const found = [...line.matchAll(/([a-z.]+\.[a-z.]+) (?:\*\*disabled\*\*|none)/g)].map(([whole]) =>
    whole.split(" ")
  );
  assertEquals(found.length, 3);
  for (const [key = "", fallback = ""] of found) {
    const item = defaults.GlobalSettings[key];
    assertEquals(item === undefined ? "" : itemText(item), fallback.replaceAll("*", ""), key);
    for (const word of ["enabled", "enable", "on"]) assertTaken(key, word, "enabled");
    for (const word of ["disabled", "disable", "off"]) assertTaken(key, word, "disabled");
    assertTaken(key, "none");
    for (const word of ["", "true", "ON"]) assertRefused(key, word);
  }
});

Deno.test("§7.4: every text has its default and its own check", () => {
  const anyText = ["", "x", "\u00e9 = ; \n"];
  const rows = new Map<
    string,
    { readonly fallback: string; readonly good: readonly string[]; readonly bad: readonly string[] }
  >();
  const add = (
    keys: readonly string[],
    fallback: string,
    good: readonly string[],
    bad: readonly string[],
  ) => {
    for (const key of keys) rows.set(key, { fallback, good, bad });
  };
  add(keysAfter('String, any value, default "":'), "", anyText, []);
  add(["debug.tui.loglevel"], "info", anyText, []);
  add(keysAfter("default `info`: debug.default.loglevel").concat("debug.default.loglevel"), "info", [
    "none",
    "all",
    "PANIC",
    "warn",
    "Trace",
  ], ["", "loud"]);
  add(
    [
      "debug.syslog.loglevel",
      "debug.syslog.remote.loglevel",
      "debug.kernel.loglevel",
      "debug.kernel.remote.loglevel",
    ],
    "info",
    ["none", "emerg", "crit", "err", "warning", "notice", "all"],
    ["", "trace", "panic"],
  );
  const crons = [...others.matchAll(/([a-z]+(?:\.[a-z]+)+) `([0-9*,/ -]+)`/g)];
  assertEquals(crons.length, 3);
  for (const [, key = "", fallback = ""] of crons) {
    add([key], fallback, ["", "*/5 0-3 1,15 * *"], ["x", "* * * *", "60 * * * *", "* 24 * * *"]);
  }
  add(["vector.config", "k3s.config.override"], "", ["", "AQID"], ["%", "AQI"]);
  add(["k3s.version"], "", ["", "v1"], []);
  add(["app.boot.order"], "", ["", "usb", "nousb"], ["disk"]);
  add(["igpu.gop"], "", ["", "gop.rom"], ["a/b", "../x"]);
  add(["diag.probe.remote.http.endpoint"], "www.google.com", ["", "host", "http://host/x", "10.0.0.1"], [
    "https://host",
  ]);
  add(["diag.probe.remote.https.endpoint"], "www.google.com", ["", "host", "https://host/x"], [
    "http://host",
    "10.0.0.1",
  ]);
  add(
    ["storage.longhorn.node-drain-policy"],
    "block-for-eviction-if-contains-last-replica",
    ["block-for-eviction", "allow-if-replica-is-stopped", "always-allow"],
    ["", "never"],
  );
  const strings = Object.values(defaults.GlobalSettings).filter(({ ItemType }) => ItemType === 3).map((
    { Key },
  ) => Key);
  assertEquals([...rows.keys()].toSorted(), strings.toSorted());
  for (const [key, { fallback, good, bad }] of rows) {
    assertEquals(defaults.GlobalSettings[key]?.StrValue, fallback, key);
    for (const value of good) assertTaken(key, value);
    for (const value of bad) assertRefused(key, value);
  }
});

Deno.test("§7.1: the levels of single agents, under both names, for any agent", () => {
  for (const setting of ["debug.loglevel", "debug.remote.loglevel"]) {
    for (const agent of ["nim", "zedagent", "any_agent1"]) {
      const key = `agent.${agent}.${setting}`;
      const { map, state } = set(key, "debug");
      assertEquals([map.AgentSettings[agent]?.[setting]?.StrValue, state?.error], ["debug", ""], key);
      assert(set(key, "loud").state?.error !== "", key);
    }
  }
  assertEquals(set("agent.nim.timer.config.interval", "5").state?.unknown, true);
});
