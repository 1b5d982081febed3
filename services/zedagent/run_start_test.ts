/** The whole program before its first answer: settings, sources, gates. */
import { assert, assertEquals } from "@std/assert";
import { systemClock } from "../agent/mod.ts";
import { until } from "../agent/test_device.ts";
import { boolItem, goNodeAgentStatus, stringItem, topics } from "../topics/mod.ts";
import { bootstrapFile } from "./testdata/bootstrap_file.ts";
import { dhcpNetwork, eth0, networkUUID } from "./testdata/edge_dev_config.ts";
import { fastClock } from "../agent/fake_clock.ts";
import { loopback, openSite, type TestSite, untilConfigGetStatus } from "./testdata/test_site.ts";

const items = (site: TestSite) => site.read(topics.zedagent.ConfigItemValueMap);

/** Long enough for a request that should not come. */
const aWhile = () => new Promise<void>((resolve) => setTimeout(resolve, 150));

const portConfig = {
  deviceIoList: [eth0],
  systemAdapterList: [{ name: "mgmt0", uplink: true, networkUUID }],
  networks: [dhcpNetwork],
};

Deno.test("[zedagent#1] the settings are there before onboarding: 128 keys, usb, vga and console on", async () => {
  await using site = await openSite();
  await using _program = site.start();
  await until("the settings", () => items(site) !== undefined);
  const map = items(site);
  assertEquals(Object.keys(map?.GlobalSettings ?? {}).length, 128);
  for (const key of ["debug.enable.usb", "debug.enable.vga", "debug.enable.console"] as const) {
    assertEquals(boolItem(map, key), true);
  }
  assertEquals(site.file("/persist/status/zedclient/OnboardingStatus/global.json"), undefined);
  assertEquals((Deno.statSync(`${site.root}/persist/checkpoint`).mode ?? 0) & 0o777, 0o700);
});

Deno.test("[zedagent#2] a config that does not name usb, vga and console turns them off", async () => {
  await using site = await openSite();
  site.serve({ configItems: [{ key: "debug.enable.vga", value: "true" }] });
  site.openGates();
  await using _program = site.start({ clock: fastClock(60) });
  await untilConfigGetStatus(site, 1);
  const access = () =>
    (["debug.enable.usb", "debug.enable.vga", "debug.enable.console"] as const).map((key) =>
      boolItem(items(site), key)
    );
  assertEquals(access(), [false, true, false]);
  site.serve({});
  await until("vga off as well", () => access()[1] === false);
  assertEquals(access(), [false, false, false]);
});

Deno.test("[zedagent#3] GlobalConfig wins over authorized_keys; authorized_keys alone become debug.enable.ssh", async () => {
  await using site = await openSite();
  Deno.writeTextFileSync(`${site.root}/config/authorized_keys`, "# mine\nssh-ed25519 A\n\nssh-ed25519 B\n");
  {
    await using _program = site.start();
    await until("the settings", () => items(site) !== undefined);
    assertEquals(stringItem(items(site), "debug.enable.ssh"), "ssh-ed25519 A\nssh-ed25519 B");
  }
  Deno.mkdirSync(`${site.root}/config/GlobalConfig`);
  const level = (Key: string, StrValue: string) => ({
    [Key]: { Key, ItemType: 3, IntValue: 0, StrValue, BoolValue: false, TriStateValue: 0 },
  });
  const seed = {
    AgentSettings: {
      nim: { ...level("debug.loglevel", "debug"), ...level("debug.remote.loglevel", "loud") },
      diag: level("no.such.setting", "x"),
    },
    GlobalSettings: {
      "app.allow.vnc": {
        Key: "app.allow.vnc",
        ItemType: 2,
        IntValue: 0,
        StrValue: "",
        BoolValue: true,
        TriStateValue: 0,
      },
      "timer.config.interval": {
        Key: "timer.config.interval",
        ItemType: 1,
        IntValue: 1,
        StrValue: "",
        BoolValue: false,
        TriStateValue: 0,
      },
    },
  };
  Deno.writeTextFileSync(`${site.root}/config/GlobalConfig/global.json`, JSON.stringify(seed));
  await using program = site.start();
  await until("the seeded settings", () => boolItem(items(site), "app.allow.vnc"));
  assertEquals(stringItem(items(site), "debug.enable.ssh"), "");
  // Out of range even for the file (W12).
  assertEquals(items(site)?.GlobalSettings["timer.config.interval"]?.IntValue, 60);
  assertEquals(
    Object.entries(items(site)?.AgentSettings ?? {}).map((
      [agent, settings],
    ) => [agent, Object.keys(settings)]),
    [["nim", ["debug.loglevel"]]],
  );
  for (const key of ["timer.config.interval", "debug.remote.loglevel", "no.such.setting"]) {
    assert(program.device.logged.some((line) => line.includes(key)), key);
  }
});

Deno.test("[zedagent#4][device-api#41] a bootstrap config: valid is applied, invalid shows LED 16, both hide the older files", async () => {
  await using site = await openSite();
  const path = `${site.root}/config/bootstrap-config.pb`;
  const dpc = () => site.read(topics.zedagent.DevicePortConfig, "zedagent");
  Deno.writeTextFileSync(`${site.root}/config/authorized_keys`, "ssh-ed25519 A\n");
  const olderKey = "memory.apps.ignore.check";
  const older = { Key: olderKey, ItemType: 2, IntValue: 0, StrValue: "", BoolValue: true, TriStateValue: 0 };
  Deno.mkdirSync(`${site.root}/config/GlobalConfig`);
  Deno.writeTextFileSync(
    `${site.root}/config/GlobalConfig/global.json`,
    JSON.stringify({ GlobalSettings: { [olderKey]: older } }),
  );
  const ofOlderFiles = () => [stringItem(items(site), "debug.enable.ssh"), boolItem(items(site), olderKey)];
  for (
    const content of [
      new Uint8Array([9, 9, 9]),
      bootstrapFile(site.controller.pki, portConfig, "wrong-signature"),
      bootstrapFile(site.controller.pki, portConfig, "unknown-hash"),
    ]
  ) {
    Deno.writeFileSync(path, content);
    await using program = site.start();
    await until("LED 16", () => site.led() === 16);
    await until("the settings", () => items(site) !== undefined);
    assertEquals([...ofOlderFiles(), dpc()], ["", false, undefined]);
    await program.stop();
    Deno.removeSync(`${site.root}/run/global`, { recursive: true });
  }
  Deno.writeFileSync(
    path,
    bootstrapFile(site.controller.pki, {
      ...portConfig,
      configItems: [{ key: "app.allow.vnc", value: "true" }],
    }),
  );
  await using _program = site.start();
  await until("the port config", () => dpc() !== undefined);
  assertEquals([dpc()?.Key, dpc()?.Ports?.[0]?.ConfigSource.Origin, dpc()?.Ports?.[0]?.InvalidConfig], [
    "bootstrap",
    2,
    false,
  ]);
  assertEquals([boolItem(items(site), "app.allow.vnc"), boolItem(items(site), "debug.enable.usb")], [
    true,
    true,
  ]);
  assertEquals(ofOlderFiles(), ["", false]);
});

Deno.test("the clock at 1970: a bootstrap config is applied all the same (W3)", async () => {
  await using site = await openSite();
  Deno.writeFileSync(
    `${site.root}/config/bootstrap-config.pb`,
    bootstrapFile(site.controller.pki, portConfig),
  );
  await using _program = site.start({ clock: { ...systemClock, now: () => 5_000 } });
  await until(
    "the port config",
    () => site.read(topics.zedagent.DevicePortConfig, "zedagent")?.Key === "bootstrap",
  );
  assertEquals(site.led(), undefined);
});

Deno.test("[zedagent#5][device-api#41] with a verified lastconfig the bootstrap config is not looked at", async () => {
  await using site = await openSite();
  site.serve({ configItems: [{ key: "app.allow.vnc", value: "true" }] });
  site.openGates();
  {
    await using _program = site.start();
    await untilConfigGetStatus(site, 1);
  }
  Deno.removeSync(`${site.root}/run/zedagent`, { recursive: true });
  Deno.removeSync(`${site.root}/persist/status/zedclient`, { recursive: true });
  Deno.writeFileSync(
    `${site.root}/config/bootstrap-config.pb`,
    bootstrapFile(site.controller.pki, portConfig),
  );
  await using _again = site.start();
  await until("the settings", () => items(site) !== undefined);
  assertEquals(boolItem(items(site), "app.allow.vnc"), true);
  assertEquals(site.read(topics.zedagent.DevicePortConfig, "zedagent"), undefined);
});

Deno.test("[zedagent#6] no request before all gates are open", async () => {
  const gates = (site: TestSite) => [
    () =>
      site.publication(topics.zedclient.OnboardingStatus).publish("global", {
        DeviceUUID: site.uuid,
        HardwareModel: "",
      }),
    () =>
      site.publication(topics.nodeagent.NodeAgentStatus).publish(
        "nodeagent",
        goNodeAgentStatus.make({ BootReason: 12 }),
      ),
    () => site.publication(topics.baseosmgr.ZbootStatus).signalRestarted(),
    () => site.publication(topics.nim.DeviceNetworkStatus).publish("global", loopback()),
  ];
  // Each in its turn is the one that is missing.
  for (const last of [0, 1, 2, 3]) {
    await using site = await openSite();
    site.serve({});
    await using _program = site.start();
    for (const [gate, open] of gates(site).entries()) if (gate !== last) open();
    await until("the settings", () => items(site) !== undefined);
    await aWhile();
    assertEquals([site.controller.requests.length, site.status()], [0, undefined], `gate ${last}`);
    gates(site)[last]?.();
    await untilConfigGetStatus(site, 1);
    assert(site.file("/run/zedagent/AppInstanceConfig/restarted") !== undefined);
  }
});

Deno.test("--standalone waits for onboarding and network only, and publishes under no other name", async () => {
  await using site = await openSite();
  site.serve({});
  site.publication(topics.zedclient.OnboardingStatus).publish("global", {
    DeviceUUID: site.uuid,
    HardwareModel: "",
  });
  site.publication(topics.nim.DeviceNetworkStatus).publish("global", loopback());
  await using _program = site.start({ standalone: true });
  await untilConfigGetStatus(site, 1);
  const agents = [...Deno.readDirSync(`${site.root}/run`)].filter((entry) => entry.isDirectory).map((entry) =>
    entry.name
  );
  for (const other of ["nodeagent", "baseosmgr", "tpmmgr"]) assert(!agents.includes(other), other);
});

Deno.test("[zedagent#25] the port config of a local server is there, empty, after the start", async () => {
  await using site = await openSite();
  site.serve({});
  site.openGates();
  await using _program = site.start();
  await untilConfigGetStatus(site, 1);
  assertEquals(
    site.file("/run/zedagent/DevicePortConfig/lps.json"),
    '{"Version":1,"Key":"lps","TimePriority":"0001-01-01T00:00:00Z","LastFailed":"0001-01-01T00:00:00Z","LastSucceeded":"0001-01-01T00:00:00Z","LastError":"","LastWarning":"","LastIPAndDNS":"0001-01-01T00:00:00Z"}',
  );
});

Deno.test("a server file that comes late is waited for", async () => {
  await using site = await openSite();
  site.serve({});
  site.openGates();
  Deno.writeTextFileSync(`${site.root}/config/server`, " \n");
  await using _program = site.start({ clock: fastClock(100) });
  await aWhile();
  assertEquals(site.controller.requests.length, 0);
  Deno.writeTextFileSync(`${site.root}/config/server`, `${site.controller.server}\n`);
  await untilConfigGetStatus(site, 1);
});

Deno.test("radio silence is asked for as it is, and settled when nim has answered", async () => {
  await using site = await openSite();
  site.serve({});
  site.openGates();
  await using _program = site.start();
  await untilConfigGetStatus(site, 1);
  const asked = site.status()?.RadioSilence;
  assertEquals([asked?.Imposed, asked?.ChangeInProgress], [false, true]);
  assert(asked !== undefined);
  site.publication(topics.nim.DeviceNetworkStatus).publish(
    "global",
    loopback({ RadioSilence: { ...asked, ChangeInProgress: false } }),
  );
  await until("the answer", () => site.status()?.RadioSilence.ChangeInProgress === false);
});
