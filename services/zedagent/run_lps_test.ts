/** The whole program with a real local profile server on a loopback address that plays an app. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type config, info, profile } from "../../proto/device.ts";
import { fromBigInt, toBigInt } from "../../proto/int64.ts";
import { fastClock } from "../agent/fake_clock.ts";
import { until } from "../agent/test_device.ts";
import {
  goAppInstanceStatus,
  goDevicePortConfigList,
  goNetworkPortStatus,
  SwState,
  topics,
} from "../topics/mod.ts";
import {
  appAddress,
  bridgeAddress,
  lpsApp,
  networkInstance,
  openLps,
  publishAppNetwork,
  type TestLps,
} from "./local_profile/testdata/lps_site.ts";
import { dhcpNetwork, eth0, networkUUID } from "./testdata/edge_dev_config.ts";
import { loopback, openSite, type TestSite, untilConfigGetStatus } from "./testdata/test_site.ts";

const patience = 20_000;
const token = "secret";
const volumeUUID = "00000000-0000-4000-8000-0000000000b1";

function configWith(address: string, more: config.IEdgeDevConfig = {}): config.IEdgeDevConfig {
  return {
    global_profile: "global",
    local_profile_server: address,
    profile_server_token: token,
    apps: [{
      uuidandversion: { uuid: lpsApp, version: "1" },
      displayname: "lps",
      activate: true,
      volumeRefList: [{ uuid: volumeUUID, generationCount: fromBigInt(3n, false) }],
    }],
    volumes: [{ uuid: volumeUUID, generationCount: fromBigInt(3n, false), origin: { type: 1 } }],
    networkInstances: [{
      uuidandversion: { uuid: networkInstance, version: "1" },
      displayname: "ni",
      dns: [{ HostName: "lps.local", Address: [appAddress] }],
    }],
    ...more,
  };
}

const checkpoint = (site: TestSite, name: string) => site.file(`/persist/checkpoint/${name}`);
const app = (site: TestSite) => site.read(topics.zedagent.AppInstanceConfig, lpsApp);

function replyProfile(lps: TestLps, local_profile: string, server_token = token) {
  lps.reply("local_profile", {
    status: 200,
    body: profile.LocalProfile.encode({ local_profile, server_token }).finish(),
  });
}

/** A modem with a card in the first of two slots. */
const noModem = goNetworkPortStatus.zero().WirelessStatus.Cellular;
const cellularPort = goNetworkPortStatus.make({
  IfName: "wwan0",
  Logicallabel: "modem0",
  WirelessStatus: {
    WType: 1,
    Cellular: {
      ...noModem,
      LogicalLabel: "modem0",
      Module: { ...noModem.Module, Name: "modem", IMEI: "353", OpMode: "online-and-connected" },
      SimCards: [
        {
          Name: "",
          SlotNumber: 1,
          SlotActivated: true,
          ICCID: "894",
          IMSI: "310",
          Type: 1,
          State: "present",
        },
        { Name: "", SlotNumber: 2, SlotActivated: false, ICCID: "", IMSI: "", Type: 0, State: "absent" },
      ],
      CurrentProvider: {
        PLMN: "310-30",
        Description: "mine",
        CurrentServing: true,
        Roaming: true,
        Forbidden: false,
      },
      VisibleProviders: [{
        PLMN: "310-20",
        Description: "other",
        CurrentServing: false,
        Roaming: false,
        Forbidden: true,
      }],
    },
  },
});

Deno.test("[device-api#40] a profile of the local server holds, one with a wrong token does not; 404 throttles", async () => {
  await using lps = await openLps();
  await using site = await openSite();
  replyProfile(lps, "wrong", "other token");
  site.serve(configWith(lps.address, { configItems: [{ key: "timer.lps.profile.interval", value: "3" }] }));
  site.openGates();
  publishAppNetwork(site);
  await using program = site.start({ clock: fastClock(10) });
  await until("two requests", () => lps.of("local_profile").length >= 2, patience);
  assertEquals([site.status()?.CurrentProfile, checkpoint(site, "lastlocalprofile")], ["global", undefined]);
  assert(program.device.logged.some((line) => line.includes("server_token is not profile_server_token")));
  replyProfile(lps, "night");
  await until("the local profile", () => site.status()?.CurrentProfile === "night", patience);
  const [first] = lps.of("local_profile");
  assertEquals([first?.method, first?.from, first?.contentType], ["GET", bridgeAddress, undefined]);
  assertEquals(
    Deno.readFileSync(`${site.root}/persist/checkpoint/lastlocalprofile`),
    profile.LocalProfile.encode({ local_profile: "night", server_token: token }).finish(),
  );
  await until(
    "apps, device and boot order",
    () => ["appinfo", "devinfo", "appbootinfo"].every((name) => lps.of(name).length > 0),
    patience,
  );
  const once = lps.of("devinfo").length;
  const seen = lps.of("local_profile").length;
  await until("more profile requests", () => lps.of("local_profile").length > seen + 3, patience);
  assertEquals(lps.of("devinfo").length, once, "404: an hour's pause");
});

Deno.test("the radio report tells of modems: SIM cards, providers, packets and signal", async () => {
  await using lps = await openLps();
  await using site = await openSite();
  lps.reply("radio", { status: 204 });
  site.serve(configWith(lps.address));
  site.openGates();
  publishAppNetwork(site);
  const packets = { RxBytes: 1, RxPackets: 2, RxDrops: 3, TxBytes: 4, TxPackets: 5, TxDrops: 6 };
  site.publication(topics.wwan.WwanMetrics).publish("global", {
    Networks: [{
      LogicalLabel: "modem0",
      PacketStats: packets,
      SignalInfo: { RSSI: -67, RSRQ: -11, RSRP: -97, SNR: 92 },
    }],
  });
  await using _program = site.start({ clock: fastClock(10) });
  await untilConfigGetStatus(site, 1, patience);
  const asked = site.status()?.RadioSilence;
  assert(asked !== undefined);
  site.publication(topics.nim.DeviceNetworkStatus).publish("global", {
    ...loopback(),
    Ports: [...loopback().Ports ?? [], cellularPort],
    RadioSilence: { ...asked, ChangeInProgress: false },
  });
  const reports = () => lps.of("radio").map(({ body }) => profile.RadioStatus.decode(body));
  await until("metrics", () => reports().some((report) => report.cellular_metrics.length > 0), patience);
  const { cellular_status, cellular_metrics } = reports().at(-1) ??
    profile.RadioStatus.decode(new Uint8Array());
  assertEquals(
    cellular_status.map(({ logicallabel, module }) => [logicallabel, module?.imei, module?.operating_state]),
    [["modem0", "353", 4]],
  );
  const [first] = cellular_status;
  assertEquals(
    first?.sim_cards.map((
      { name, cell_module_name, iccid, imsi, state, slot_number, slot_activated, type },
    ) => [name, cell_module_name, iccid, imsi, state, slot_number, slot_activated, type]),
    [["894", "modem", "894", "310", "present", 1, true, 1], [
      "modem-SIM2",
      "modem",
      "",
      "",
      "absent",
      2,
      false,
      0,
    ]],
  );
  assertEquals(
    first?.providers.map((
      { plmn, description, current_serving, roaming, forbidden },
    ) => [plmn, description, current_serving, roaming, forbidden]),
    [["310-20", "other", false, false, true], ["310-30", "mine", true, true, false]],
  );
  const [metric] = cellular_metrics;
  assertEquals([metric?.logicallabel, metric?.signal_strength?.rsrp], ["modem0", -97]);
  assertEquals(
    [metric?.packet_stats?.rx?.drops.toNumber(), metric?.packet_stats?.tx?.totalBytes.toNumber()],
    [
      3,
      4,
    ],
  );
});

Deno.test("what the local server has ordered holds after a restart without it, and goes when it is no longer configured", async () => {
  await using lps = await openLps();
  await using site = await openSite();
  replyProfile(lps, "night");
  lps.reply("radio", {
    status: 200,
    body: profile.RadioConfig.encode({ server_token: token, radio_silence: true }).finish(),
  });
  site.serve(configWith(lps.address));
  site.openGates();
  publishAppNetwork(site);
  const settle = () => {
    const asked = site.status()?.RadioSilence;
    if (asked === undefined) throw new Error("no status yet");
    site.publication(topics.nim.DeviceNetworkStatus).publish("global", {
      ...loopback(),
      RadioSilence: { ...asked, ChangeInProgress: false },
    });
  };
  {
    await using _program = site.start();
    await untilConfigGetStatus(site, 1, patience);
    settle();
    await until("the silence", () => site.status()?.RadioSilence.Imposed === true, patience);
    assertEquals(site.status()?.RadioSilence.ChangeInProgress, true);
    const said = profile.RadioStatus.decode(lps.of("radio")[0]?.body ?? new Uint8Array());
    assertEquals(said.radio_silence, false);
    assertEquals(lps.of("radio")[0]?.contentType, "application/x-proto-binary");
    settle();
    await until("nim's answer", () => site.status()?.RadioSilence.ChangeInProgress === false, patience);
    await until("the profile", () => site.status()?.CurrentProfile === "night", patience);
  }
  assertEquals(
    Deno.readFileSync(`${site.root}/persist/checkpoint/lastradioconfig`),
    profile.RadioConfig.encode({ server_token: token, radio_silence: true }).finish(),
  );
  site.publication(topics.zedrouter.AppNetworkStatus).unpublish(lpsApp);
  const before = lps.requests.length;
  await using _program = site.start();
  await untilConfigGetStatus(site, 1, patience);
  assertEquals(
    [site.status()?.CurrentProfile, site.status()?.RadioSilence.Imposed],
    ["night", true],
  );
  assertEquals(lps.requests.length, before, "no app has its address: nobody is asked");
  site.serve(configWith("", { configItems: [{ key: "timer.config.interval", value: "5" }] }));
  await until("the global profile", () => site.status()?.CurrentProfile === "global", patience);
  await until("no silence", () => site.status()?.RadioSilence.Imposed === false, patience);
  assertEquals(checkpoint(site, "lastlocalprofile"), undefined);
});

Deno.test("app commands: counters on disk and on the bus, once; told as done when zedmanager is done; kept by a new config", async () => {
  await using lps = await openLps();
  await using site = await openSite();
  const command = (timestamp: bigint, kind: number) =>
    lps.reply("appinfo", {
      status: 200,
      body: profile.LocalAppCmdList.encode({
        server_token: token,
        app_commands: [{ displayname: "lps", timestamp: fromBigInt(timestamp, true), command: kind }],
      }).finish(),
    });
  command(41n, 2);
  const items = { configItems: [{ key: "timer.lps.appinfo.interval", value: "3" }] };
  site.serve(configWith("lps.local:" + lps.port, items));
  site.openGates();
  publishAppNetwork(site, []);
  await using _program = site.start({ clock: fastClock(10) });
  await until("the purge", () => app(site)?.LocalPurgeCmd.Counter === 1, patience);
  await until("several questions", () => lps.of("appinfo").length >= 4, patience);
  assertEquals(app(site)?.LocalPurgeCmd.Counter, 1);
  assertEquals(app(site)?.VolumeRefConfigList?.[0]?.LocalGenerationCounter, 1n);
  assertEquals(site.read(topics.zedagent.VolumeConfig, `${volumeUUID}#4`)?.LocalGenerationCounter, 1n);
  assertEquals(site.read(topics.zedagent.VolumeConfig, `${volumeUUID}#3`), undefined);
  assertStringIncludes(checkpoint(site, "appCommands") ?? "", '"LocalServerTimestamp":41');
  const status = goAppInstanceStatus.make({
    UUIDandVersion: { UUID: lpsApp, Version: "1" },
    DisplayName: "lps",
    State: SwState.RUNNING,
  });
  site.publication(topics.zedmanager.AppInstanceStatus).publish(lpsApp, {
    ...status,
    PurgeStartedAt: "2200-01-01T00:00:00Z",
  });
  await until("the report that it is done", () => {
    const [told] =
      profile.LocalAppInfoList.decode(lps.of("appinfo").at(-1)?.body ?? new Uint8Array()).apps_info;
    return told !== undefined && toBigInt(told.last_cmd_timestamp) === 41n &&
      told.state === info.ZSwState.RUNNING;
  }, patience);
  command(42n, 1);
  await until("the restart", () => app(site)?.LocalRestartCmd.Counter === 1, patience);
  const changed = configWith("lps.local:" + lps.port, items);
  site.serve({ ...changed, apps: [{ ...changed.apps?.[0], displayname: "renamed" }] });
  await until("the new config", () => app(site)?.DisplayName === "renamed", patience);
  assertEquals([app(site)?.LocalRestartCmd.Counter, app(site)?.LocalPurgeCmd.Counter], [1, 1]);
  assert(site.read(topics.zedagent.VolumeConfig, `${volumeUUID}#4`) !== undefined);
});

Deno.test("device commands: deferred during an update, executed after it, the same timestamp never twice", async () => {
  await using lps = await openLps();
  await using site = await openSite();
  const command = (timestamp: bigint, kind: number) =>
    lps.reply("devinfo", {
      status: 201,
      body: profile.LocalDevCmd.encode({
        server_token: token,
        timestamp: fromBigInt(timestamp, true),
        command: kind,
      }).finish(),
    });
  const saved = () => site.file("/persist/status/lastdevcmdtimestamp");
  const served = configWith(lps.address, {
    configItems: [{ key: "timer.lps.devinfo.interval", value: "3" }],
  });
  const other = "00000000-0000-4000-8000-0000000000a2";
  site.serve({
    ...served,
    apps: [
      ...served.apps ?? [],
      { uuidandversion: { uuid: other, version: "1" }, displayname: "other", activate: true },
    ],
  });
  const statuses = site.publication(topics.zedmanager.AppInstanceStatus);
  const otherIs = (State: number) =>
    statuses.publish(
      other,
      goAppInstanceStatus.make({ UUIDandVersion: { UUID: other, Version: "1" }, State }),
    );
  otherIs(SwState.RUNNING);
  site.openGates();
  publishAppNetwork(site);
  site.node({ UpdateInprogress: true });
  command(70n, 4);
  {
    await using _program = site.start({ clock: fastClock(10) });
    await until("the collected info", () => saved() === "70", patience);
    assertEquals(
      [...Deno.readDirSync(`${site.root}/run/zedagent/CollectInfoCmd`)].filter(({ name }) =>
        name.endsWith(".json")
      ).length,
      1,
    );
    command(71n, 3);
    const told = lps.of("devinfo").length;
    await until("more questions", () => lps.of("devinfo").length > told + 2, patience);
    assertEquals([site.status()?.RebootCmd, saved()], [false, "70"], "deferred, and not yet taken");
    site.node({ UpdateInprogress: false });
    await until("the reboot", () => site.status()?.RebootCmd === true, patience);
    assertEquals(
      [site.status()?.RequestedBootReason, site.status()?.RequestedRebootReason, saved()],
      [2, "TestComplete and deferred Reboot Cmd", "71"],
    );
    await until(
      "the other app is stopped",
      () => site.read(topics.zedagent.AppInstanceConfig, other)?.Activate === false,
      patience,
    );
    assertEquals(app(site)?.Activate, true, "it serves the local profile: the last to go");
    otherIs(SwState.HALTED);
    await until("the apps are stopped", () => app(site)?.Activate === false, patience);
  }
  await using _program = site.start({ clock: fastClock(10) });
  const told = lps.of("devinfo").length;
  await until("questions of the new process", () => lps.of("devinfo").length > told + 2, patience);
  assertEquals(site.status()?.RebootCmd, false, "taken by the earlier process");
  const last = profile.LocalDevInfo.decode(lps.of("devinfo").at(-1)?.body ?? new Uint8Array());
  assertEquals([toBigInt(last.last_cmd_timestamp), last.device_uuid], [71n, site.uuid]);
  command(72n, 2);
  await until("the power off", () => site.status()?.PoweroffCmd === true, patience);
  assertEquals(
    [site.status()?.RequestedBootReason, site.status()?.RequestedRebootReason, saved()],
    [14, "NORMAL: local profile server power off", "72"],
  );
});

Deno.test("a local network config goes to nim under the key lps, over a restart, until a 404 takes it back", async () => {
  await using lps = await openLps();
  await using site = await openSite();
  const reply = (...ports: profile.INetworkPortConfig[]) =>
    lps.reply("network", {
      status: 200,
      body: profile.LocalNetworkConfig.encode({ server_token: token, ports }).finish(),
    });
  const dpc = () => site.read(topics.zedagent.DevicePortConfig, "lps");
  reply({ logical_label: "nowhere" });
  site.serve(configWith(lps.address, {
    deviceIoList: [eth0],
    networks: [dhcpNetwork],
    systemAdapterList: [{ name: "mgmt0", uplink: true, networkUUID, allow_local_modifications: true }],
    configItems: [{ key: "timer.lps.network.interval", value: "3" }],
  }));
  site.openGates();
  publishAppNetwork(site);
  const start = () => site.start({ clock: fastClock(10) });
  {
    await using _program = start();
    await until(
      "the controller's ports",
      () => site.read(topics.zedagent.DevicePortConfig, "zedagent") !== undefined,
      patience,
    );
    const own = site.read(topics.zedagent.DevicePortConfig, "zedagent");
    site.publication(topics.nim.DevicePortConfigList).publish(
      "global",
      goDevicePortConfigList.make({ CurrentIndex: 0, PortConfigList: own === undefined ? [] : [own] }),
    );
    await until("the refusal", () => {
      const sent = lps.of("network").at(-1)?.body;
      return sent !== undefined &&
        (profile.NetworkInfo.decode(sent).local_config?.error_message ?? "").includes("not found");
    }, patience);
    assertEquals(dpc()?.Ports, null);
    reply({ logical_label: "mgmt0", ip_addresses: ["10.7.0.2/24"], gateways: ["10.7.0.1"] });
    await until("the port", () => dpc()?.Ports?.[0]?.AddrSubnet === "10.7.0.2/24", patience);
    assertEquals([dpc()?.Version, dpc()?.Key, dpc()?.Ports?.[0]?.ConfigSource.Origin], [1, "lps", 7]);
    assertEquals(
      checkpoint(site, "localnetworkconfig"),
      site.file("/run/zedagent/DevicePortConfig/lps.json"),
    );
  }
  Deno.removeSync(`${site.root}/run/zedagent/DevicePortConfig/lps.json`);
  lps.reply("network", { status: 204 });
  await using _program = start();
  await until("the saved port", () => dpc()?.Ports?.[0]?.AddrSubnet === "10.7.0.2/24", patience);
  lps.reply("network", { status: 404 });
  await until("the controller's ports again", () => dpc()?.Ports === null, patience);
});

Deno.test("an answer that a config has overtaken is discarded, and asked for again", async () => {
  await using lps = await openLps();
  await using site = await openSite();
  let release = () => {};
  const held = new Promise<void>((resolve) => release = resolve);
  const body = profile.LocalProfile.encode({ local_profile: "late", server_token: token }).finish();
  lps.reply("local_profile", { status: 200, body, until: held });
  site.serve(configWith(lps.address, { configItems: [{ key: "timer.config.interval", value: "5" }] }));
  site.openGates();
  publishAppNetwork(site);
  await using _program = site.start({ clock: fastClock(5) });
  await until("the question", () => lps.of("local_profile").length === 1, patience);
  site.serve(configWith(lps.address, {
    device_name: "next",
    configItems: [{ key: "timer.config.interval", value: "5" }],
  }));
  await until(
    "the next config",
    () => site.read(topics.zedagent.EdgeNodeInfo)?.DeviceName === "next",
    patience,
  );
  lps.reply("local_profile", { status: 204 });
  release();
  await until("the second question", () => lps.of("local_profile").length >= 2, patience);
  assertEquals([site.status()?.CurrentProfile, checkpoint(site, "lastlocalprofile")], ["global", undefined]);
});

Deno.test("signals bring a question forward; a stream that is cut is opened again; the boot order of an app is put over the controller's", async () => {
  await using lps = await openLps();
  await using site = await openSite();
  lps.acceptSignals();
  lps.reply("appbootinfo", { status: 204 });
  lps.reply("local_profile", { status: 204 });
  site.serve(configWith(lps.address));
  site.openGates();
  publishAppNetwork(site);
  await using _program = site.start();
  await until("the stream", () => lps.streams() === 1, patience);
  assertEquals(lps.of("signal")[0]?.from, bridgeAddress);
  await until(
    "the first questions",
    () => lps.of("appbootinfo").length === 1 && lps.of("local_profile").length === 1,
    patience,
  );
  lps.reply("appbootinfo", {
    status: 200,
    body: profile.AppBootConfigList.encode({
      server_token: token,
      app_configs: [{ id: lpsApp, usb_boot: 1 }],
    }).finish(),
  });
  lps.signal('{"pendingChanges":["CONFIG_ENDPOINT_APP_BOOT_INFO"]}\n');
  await until("the boot order", () => app(site)?.FixedResources.BootOrder === 1, patience);
  assertEquals([app(site)?.BootOrderSource, lps.of("local_profile").length], [1, 1]);
  lps.cutStreams();
  await until("the stream again", () => lps.of("signal").length === 2 && lps.streams() === 1, patience);
  lps.signal("rubbish\n" + '{"pendingChanges":["CONFIG_ENDPOINT_LOCAL_PROFILE"]}\n');
  await until("the profile question", () => lps.of("local_profile").length === 2, patience);
});

Deno.test("the place of the device goes to the local server at its own pace", async () => {
  await using lps = await openLps();
  await using site = await openSite();
  lps.reply("location", { status: 200 });
  site.serve(configWith(lps.address, { configItems: [{ key: "timer.location.app.interval", value: "5" }] }));
  site.openGates();
  publishAppNetwork(site);
  site.publication(topics.wwan.WwanLocationInfo).publish("global", {
    LogicalLabel: "wwan0",
    Latitude: 52.5,
    Longitude: 13.4,
    Altitude: 34,
    HorizontalUncertainty: 10,
    HorizontalReliability: "high",
    VerticalUncertainty: 20,
    VerticalReliability: "not-set",
    UTCTimestamp: 1_700_000_000_000,
  });
  await using _program = site.start({ clock: fastClock(10) });
  await until("two reports", () => lps.of("location").length >= 2, patience);
  const sent = info.ZInfoLocation.decode(lps.of("location")[0]?.body ?? new Uint8Array());
  assertEquals([sent.latitude, sent.longitude, sent.logicallabel, sent.horizontal_reliability], [
    52.5,
    13.4,
    "wwan0",
    info.LocReliability.LOC_RELIABILITY_HIGH,
  ]);
});

Deno.test("without a local server: no task, no touch file, no question; the defaults are on disk", async () => {
  await using site = await openSite();
  site.serve({ global_profile: "global" });
  site.openGates();
  Deno.mkdirSync(`${site.root}/run/watchdog/file`, { recursive: true });
  await using _program = site.start();
  await untilConfigGetStatus(site, 1, patience);
  assertEquals(
    [...Deno.readDirSync(`${site.root}/run`)].filter(({ name }) => name.startsWith("lps-")),
    [],
  );
  assertEquals([site.status()?.CurrentProfile, site.status()?.LOCUrl], ["global", ""]);
  assertEquals(
    ["lastradioconfig", "lastappbootconfig", "appCommands", "lastlocalprofile", "localnetworkconfig"].map((
      name,
    ) => checkpoint(site, name)),
    ["", "", '{"AppCommands":null,"AppCounters":null,"VolumeGenCounters":{}}', undefined, undefined],
  );
});
