/** The whole program against a real controller: what a config does. */
import { createHash } from "node:crypto";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ConfigRequest, ZAttestReq, ZInfoMsg } from "../../proto/device.ts";
import { fromBigInt } from "../../proto/int64.ts";
import { testDevice, until } from "../agent/test_device.ts";
import { topics } from "../topics/mod.ts";
import type { ConfigReport } from "./parts.ts";
import type { Reporting } from "./reporting.ts";
import { dhcpNetwork, eth0, networkUUID } from "./testdata/edge_dev_config.ts";
import { edgeViewToken } from "./testdata/edge_view_token.ts";
import { reporting } from "./run.ts";
import { fastClock } from "../agent/fake_clock.ts";
import { configTopics } from "./testdata/file_states.ts";
import { loopback, openSite, type TestSite, untilConfigGetStatus } from "./testdata/test_site.ts";

const appUUID = "00000000-0000-4000-8000-0000000000a1";
const app = { uuidandversion: { uuid: appUUID, version: "1" }, displayname: "app", activate: true } as const;
const name = (site: TestSite) => site.read(topics.zedagent.EdgeNodeInfo)?.DeviceName;

/** Keeps what the config side hands to info, and counts its calls of `publishAll`. */
function watchedReporting() {
  const seen = { all: 0 };
  let report: ConfigReport | undefined;
  const watching: Reporting = {
    ...reporting,
    startInfo(access, deps) {
      report = deps.report;
      const task = reporting.startInfo(access, deps);
      return {
        ...task,
        publishAll() {
          seen.all++;
          task.publishAll();
        },
      };
    },
  };
  return {
    reporting: watching,
    seen,
    get report(): ConfigReport {
      if (report === undefined) throw new Error("info was not started yet");
      return report;
    },
  };
}

/** Fails, is known to have failed, and works again: the device polls at once. */
async function networkComesBack(site: TestSite): Promise<void> {
  const nim = site.publication(topics.nim.DeviceNetworkStatus);
  const asked = site.status()?.RadioSilence;
  assert(asked?.ChangeInProgress === true);
  nim.publish("global", loopback({ State: 1, RadioSilence: { ...asked, ChangeInProgress: false } }));
  await until("the echo of the silence", () => site.status()?.RadioSilence.ChangeInProgress === false);
  nim.publish("global", loopback());
}

Deno.test("a whole config arrives on the bus, section by section", async () => {
  await using site = await openSite();
  const id = (last: number) => `00000000-0000-4000-8000-00000000000${last}`;
  site.serve({
    device_name: "edge-1",
    global_profile: "night",
    deviceIoList: [eth0],
    systemAdapterList: [{ name: "mgmt0", uplink: true, networkUUID }],
    networks: [dhcpNetwork],
    cipherContexts: [{
      contextId: "ctx",
      controllerCertHash: new Uint8Array([1, 2]),
      deviceCertHash: new Uint8Array([3]),
    }],
    datastores: [{ id: id(1), dType: 2, fqdn: "https://store" }],
    contentInfo: [{ uuid: id(2), dsId: id(1), URL: "x", sha256: "AB" }],
    volumes: [{
      uuid: id(3),
      origin: { type: 2, downloadContentTreeID: id(2) },
      generationCount: fromBigInt(1n, false),
    }],
    networkInstances: [{ uuidandversion: { uuid: id(4) }, displayname: "ni" }],
    baseos: { content_tree_uuid: id(2), base_os_version: "1.0" },
    apps: [app],
  });
  site.openGates();
  await using _program = site.start();
  await untilConfigGetStatus(site, 1);
  const { zedagent } = topics;
  assertEquals(site.read(zedagent.PhysicalIOAdapterList, "zedagent")?.Initialized, true);
  const dpc = site.read(zedagent.DevicePortConfig, "zedagent");
  assertEquals([dpc?.Key, dpc?.LastError, dpc?.Ports?.[0]?.ConfigSource.Origin], ["", "", 1]);
  assertEquals(site.read(zedagent.NetworkXObjectConfig, networkUUID)?.Dhcp, 4);
  assertEquals(site.read(zedagent.CipherContext, "ctx")?.ContextID, "ctx");
  assertEquals(site.read(zedagent.DatastoreConfig, id(1))?.DsType, "DsHttps");
  assertEquals(site.read(zedagent.ContentTreeConfig, id(2))?.ContentSha256, "ab");
  assertEquals(site.read(zedagent.VolumeConfig, `${id(3)}#1`)?.ContentID, id(2));
  assertEquals(site.read(zedagent.NetworkInstanceConfig, id(4))?.DisplayName, "ni");
  assertEquals(site.read(zedagent.BaseOsConfig, id(2))?.BaseOsVersion, "1.0");
  assertEquals(site.read(zedagent.AppInstanceConfig, appUUID)?.Activate, true);
  assertEquals(site.read(zedagent.EdgeNodeClusterConfig)?.Initialized, true);
  assertEquals(site.read(zedagent.LOCConfig, "")?.LocURL, "");
  assertEquals([site.status()?.CurrentProfile, site.status()?.DeviceState], ["night", 1]);
  for (
    const [topic, count] of [["ContentTreeConfig", "1"], ["VolumeConfig", "1"], ["AppInstanceConfig", "1"]]
  ) {
    assertEquals(site.file(`/run/zedagent/${topic}/restarted`)?.trim(), count);
  }
});

Deno.test("what an earlier process left and the config no longer has is removed", async () => {
  await using site = await openSite();
  {
    await using earlier = testDevice({ agent: "zedagent", root: site.root });
    earlier.write(
      `/run/zedagent/AppInstanceConfig/${appUUID}.json`,
      topics.zedagent.AppInstanceConfig.codec.encode({
        ...topics.zedagent.AppInstanceConfig.codec.decode("{}"),
        DisplayName: "gone",
      }),
    );
  }
  site.serve({ device_name: "edge-1" });
  site.openGates();
  await using _program = site.start();
  await untilConfigGetStatus(site, 1);
  assertEquals(site.read(topics.zedagent.AppInstanceConfig, appUUID), undefined);
});

Deno.test("[zedagent#18][device-api#24] an older config_timestamp changes nothing, an equal one is applied", async () => {
  await using site = await openSite();
  const watched = watchedReporting();
  site.serve({ device_name: "first" }, { timestampMs: 2_000_000 });
  site.openGates();
  await using _program = site.start({ clock: fastClock(60), reporting: watched.reporting });
  await until("first", () => name(site) === "first");
  await until("304", () => site.configRequests().some(({ record }) => record.status === 304));
  const [kept, published] = [site.lastConfig(), configTopics(site.root)];
  site.serve(
    {
      device_name: "older",
      global_profile: "x",
      apps: [app],
      configItems: [{ key: "app.allow.vnc", value: "true" }],
    },
    { timestampMs: 1_999_999 },
  );
  await until("a report", () => watched.report.configItemStatus().get("config.id")?.error !== undefined);
  assertStringIncludes(watched.report.configItemStatus().get("config.id")?.error ?? "", "config_timestamp");
  assertEquals([site.status()?.CurrentProfile, site.lastConfig()], ["", kept]);
  assertEquals(configTopics(site.root), published);
  site.serve({ device_name: "equal" }, { timestampMs: 2_000_000 });
  await until("equal", () => name(site) === "equal");
  assertEquals(watched.report.configItemStatus().get("config.id"), undefined);
});

Deno.test("[zedagent#19] an item out of range keeps its old value and is reported", async () => {
  await using site = await openSite();
  const watched = watchedReporting();
  const item = (value: string) => ({ configItems: [{ key: "timer.metric.interval", value }] });
  site.serve(item("30"));
  site.openGates();
  await using _program = site.start({ clock: fastClock(60), reporting: watched.reporting });
  const inForce = () =>
    site.read(topics.zedagent.ConfigItemValueMap)?.GlobalSettings["timer.metric.interval"]?.IntValue;
  await until("30", () => inForce() === 30);
  site.serve(item("4"));
  await until("a report", () => watched.report.configItemStatus().get("timer.metric.interval")?.error !== "");
  assertEquals([inForce(), watched.report.configItemStatus().get("timer.metric.interval")?.value], [
    30,
    "30",
  ]);
});

Deno.test("[zedagent#24] two adapters with one interface: the port config is there, with errors, and reported", async () => {
  await using site = await openSite();
  const watched = watchedReporting();
  site.serve({
    deviceIoList: [eth0, { ...eth0, phylabel: "b", logicallabel: "b" }],
    systemAdapterList: [{ name: "mgmt0", uplink: true, networkUUID }, {
      name: "b",
      uplink: true,
      networkUUID,
    }],
    networks: [dhcpNetwork],
  });
  site.openGates();
  await using _program = site.start({ reporting: watched.reporting });
  await untilConfigGetStatus(site, 1);
  const ports = site.read(topics.zedagent.DevicePortConfig, "zedagent")?.Ports;
  assertEquals(ports?.map((port) => [port.InvalidConfig, port.LastError !== ""]), [[true, true], [
    true,
    true,
  ]]);
  assert(watched.report.configItemStatus().has("config.systemAdapterList"));
});

/** Of the last device info that has arrived. */
function reportedCounter(site: TestSite): number | undefined {
  return site.controller.requests.filter(({ endpoint }) => endpoint === "info")
    .map(({ payload }) => ZInfoMsg.decode(payload ?? new Uint8Array()).dinfo)
    .findLast((dinfo) => dinfo !== null)?.rebootConfigCounter;
}

Deno.test("[zedagent#26][zedagent#27] reboot: the first counter is kept and reported, a higher one is an order, none forgets", async () => {
  await using site = await openSite();
  const watched = watchedReporting();
  site.serve({ reboot: { counter: 5, desiredState: true }, apps: [app] });
  site.openGates();
  const file = "/persist/status/rebootConfig";
  {
    await using _program = site.start({ clock: fastClock(60), reporting: watched.reporting });
    await until("the app", () => site.read(topics.zedagent.AppInstanceConfig, appUUID) !== undefined);
    await untilConfigGetStatus(site, 1);
    assertEquals(site.file(file), '{"Counter":5,"DesiredState":true,"OpsTime":""}');
    assertEquals([site.status()?.RebootCmd, watched.report.rebootCounter()], [false, 5]);
    await until("the controller hears of it", () => reportedCounter(site) === 5);
    site.serve({ device_name: "later", reboot: { counter: 6, desiredState: true }, apps: [app] });
    await until("the order", () => site.status()?.RebootCmd === true);
    assertEquals([site.status()?.RequestedBootReason, site.status()?.RequestedRebootReason], [
      2,
      "NORMAL: controller reboot",
    ]);
    assertEquals(site.status()?.DeviceState, 2);
    assertEquals(site.read(topics.zedagent.AppInstanceConfig, appUUID)?.Activate, false);
    assertEquals([name(site), watched.report.rebootCounter()], ["", 5]);
    await until("it is saved", () => site.status()?.ConfigGetStatus === 1);
  }
  {
    // A crash before anybody has heard of the order: it stands until the device reboots, and /run is empty again.
    site.controller.clearRequests();
    await using _crashed = site.start({ clock: fastClock(60), reporting: watched.reporting });
    await until("the config again", () => site.configRequests().some(({ record }) => record.status === 200));
    await until("its end", () => site.status()?.ConfigGetStatus === 1);
    assertEquals([site.status()?.RebootCmd, site.status()?.RequestedBootReason, name(site)], [true, 2, ""]);
    assertEquals(watched.report.rebootCounter(), 5);
  }
  Deno.removeSync(`${site.root}/run/zedagent.rebootConfig`);
  await using _rebooted = site.start({ clock: fastClock(60), reporting: watched.reporting });
  await until("the config behind the reboot", () => name(site) === "later");
  assertEquals([site.status()?.RebootCmd, watched.report.rebootCounter()], [false, 6]);
  await until("the controller hears of the new one", () => reportedCounter(site) === 6);
  site.serve({ device_name: "last" });
  await until("last", () => name(site) === "last");
  assertEquals(site.file(file), undefined);
});

Deno.test("an order during an update waits for its end, and its counter with it", async () => {
  await using site = await openSite();
  site.serve({ shutdown: { counter: 1 } });
  site.openGates();
  await using _program = site.start({ clock: fastClock(60) });
  await until("first contact", () => site.file("/persist/status/shutdownConfig") !== undefined);
  site.node({ UpdateInprogress: true });
  await until("the update", () => site.status()?.DeviceState === 4);
  site.serve({ device_name: "later", shutdown: { counter: 2 } });
  await until("later", () => name(site) === "later");
  assertStringIncludes(site.file("/persist/status/shutdownConfig") ?? "", '"Counter":1');
  site.node({ UpdateInprogress: false });
  await until("the order", () => site.status()?.ShutdownCmd === true);
  assertStringIncludes(site.file("/persist/status/shutdownConfig") ?? "", '"Counter":2');
});

Deno.test("[zedagent#28] maintenance: settings yes, the rest no; leaving it asks for the full config at once", async () => {
  await using site = await openSite();
  const rest = {
    apps: [app],
    deviceIoList: [eth0],
    systemAdapterList: [{ name: "mgmt0", uplink: true, networkUUID }],
    networks: [dhcpNetwork],
    configItems: [{ key: "app.allow.vnc", value: "true" }, { key: "timer.config.interval", value: "86400" }],
  };
  const published = () =>
    [
      site.read(topics.zedagent.AppInstanceConfig, appUUID),
      site.read(topics.zedagent.NetworkXObjectConfig, networkUUID),
      site.read(topics.zedagent.DevicePortConfig, "zedagent"),
    ].map((value) => value !== undefined);
  site.serve({ maintenance_mode: true, ...rest });
  site.openGates();
  await using _program = site.start();
  await until("maintenance", () => site.status()?.DeviceState === 3);
  await untilConfigGetStatus(site, 1);
  assertEquals([site.status()?.MaintenanceMode, site.status()?.MaintenanceModeReasons], [true, [1]]);
  assertEquals(
    site.read(topics.zedagent.ConfigItemValueMap)?.GlobalSettings["app.allow.vnc"]?.BoolValue,
    true,
  );
  assertEquals(published(), [false, false, false]);

  await until("304", () => site.configRequests().at(-1)?.record.status === 304);
  site.serve(rest);
  const before = site.configRequests().length;
  // The next poll is hours away.
  await networkComesBack(site);
  await until("all of it", () => published().every((isThere) => isThere));
  assertEquals([site.status()?.MaintenanceMode, site.status()?.DeviceState], [false, 1]);
  await until(
    "a request for everything, at once",
    () => site.configRequests().slice(before + 1).some(({ hash }) => hash === ""),
  );
});

Deno.test("[zedagent#28] leaving the maintenance that nodeagent asked for: a full config is fetched and applied at once", async () => {
  await using site = await openSite();
  site.serve({ apps: [app], configItems: [{ key: "timer.config.interval", value: "86400" }] });
  site.openGates();
  site.node({ LocalMaintenanceMode: true, LocalMaintenanceModeReasons: [3] });
  await using _program = site.start();
  await until("the first 304", () => site.configRequests().some(({ record }) => record.status === 304));
  assertEquals([site.status()?.DeviceState, site.status()?.MaintenanceModeReasons], [3, [3]]);
  const section = () => site.read(topics.zedagent.ConfigSections, "apps");
  assertEquals([section()?.State, section()?.WaitsFor, section()?.Applied], ["pending", "maintenance", ""]);
  assertEquals(site.read(topics.zedagent.AppInstanceConfig, appUUID), undefined);
  site.node({ LocalMaintenanceMode: false });
  await until("the app", () => site.read(topics.zedagent.AppInstanceConfig, appUUID) !== undefined);
  await until(
    "a request for everything",
    () => site.configRequests().length > 1 && site.configRequests().at(-1)?.hash === "",
  );
  assertEquals([section()?.State, section()?.Applied], ["applied", section()?.Desired]);
  assertEquals([site.status()?.MaintenanceMode, site.status()?.DeviceState], [false, 1]);
});

Deno.test("[device-api#16] a changed controllercert_confighash asks for certificates exactly once", async () => {
  await using site = await openSite();
  site.serve({ device_name: "one" });
  site.openGates();
  await using _program = site.start({ clock: fastClock(60) });
  await until("one", () => name(site) === "one");
  const fetches = () => site.controller.requests.filter((record) => record.endpoint === "certs").length;
  // Once at the start, and once for the first hash that is seen.
  await until("the fetches of the start", () => fetches() >= 2);
  await new Promise((resolve) => setTimeout(resolve, 200));
  const before = fetches();
  await site.controller.rotate({ which: "ecdh" });
  await until("a fetch", () => fetches() > before);
  site.serve({ device_name: "two" });
  await until("two", () => name(site) === "two");
  assertEquals(fetches(), before + 1);
});

Deno.test("[zedagent#34][device-api#25] another controller_epoch, the first one included, has everything reported again", async () => {
  await using site = await openSite();
  const watched = watchedReporting();
  const epoch = (value: bigint) => ({ controller_epoch: fromBigInt(value, false) });
  site.serve({ device_name: "one", ...epoch(1n) });
  site.openGates();
  await using _program = site.start({ clock: fastClock(60), reporting: watched.reporting });
  await until("one", () => name(site) === "one");
  assertEquals(watched.seen.all, 1);
  site.serve({ device_name: "two", ...epoch(1n) });
  await until("two", () => name(site) === "two");
  assertEquals(watched.seen.all, 1);
  const infos = () => site.controller.requests.filter((record) => record.endpoint === "info").length;
  const before = infos();
  site.serve({ device_name: "three", ...epoch(2n) });
  await until("three", () => name(site) === "three");
  assertEquals(watched.seen.all, 2);
  await until("a report", () => infos() > before);
});

Deno.test("an app that does not fit through the bus arrives without user data and with the reason", async () => {
  await using site = await openSite();
  const volumeRefList = Array.from(
    { length: 2000 },
    (_, index) => ({ uuid: appUUID, mount_dir: `/mnt/${index}` }),
  );
  const acls = Array.from(
    { length: 3000 },
    (_, index) => ({ name: `acl-${index}`, matches: [{ type: "host", value: "example.com" }] }),
  );
  site.serve({
    apps: [
      { ...app, userData: "e30=", interfaces: [{ name: "if", networkId: appUUID, acls }] },
      { uuidandversion: { uuid: "00000000-0000-4000-8000-0000000000a2" }, volumeRefList },
    ],
  });
  site.openGates();
  const watched = watchedReporting();
  await using _program = site.start({ reporting: watched.reporting });
  await untilConfigGetStatus(site, 1);
  const published = site.read(topics.zedagent.AppInstanceConfig, appUUID);
  assertEquals([published?.["pubsub-large-CloudInitUserData"], published?.AppNetAdapterList?.[0]?.ACLs], [
    null,
    null,
  ]);
  assert((published?.Errors?.length ?? 0) > 0);
  // One that is too large even so is reported, and its neighbours are not kept back.
  assertStringIncludes(watched.report.configItemStatus().get("config.apps")?.error ?? "", "0000000000a2");
});

Deno.test("in maintenance mode without a controller: what was received is applied when the mode is left", async () => {
  await using site = await openSite();
  site.serve({ apps: [app], configItems: [{ key: "timer.config.interval", value: "86400" }] });
  site.openGates();
  site.node({ LocalMaintenanceMode: true, LocalMaintenanceModeReasons: [3] });
  const watched = watchedReporting();
  await using _program = site.start({ reporting: watched.reporting });
  await untilConfigGetStatus(site, 1);
  assertStringIncludes(
    watched.report.configItemStatus().get("config.apps")?.error ?? "",
    "the device is in maintenance mode",
  );
  site.controller.faults.add("config", { close: "unread" });
  site.node({ LocalMaintenanceMode: false });
  await until("the app", () => site.read(topics.zedagent.AppInstanceConfig, appUUID) !== undefined);
  assertEquals(watched.report.configItemStatus().has("config.apps"), false);
});

Deno.test("a context whose certificate is not there waits for it; the certificate is asked for, and the section goes on by itself", async () => {
  await using site = await openSite();
  site.openGates();
  site.serve({ device_name: "first" });
  await using _program = site.start({ clock: fastClock(60) });
  await until("first", () => name(site) === "first");
  const section = () => site.read(topics.zedagent.ConfigSections, "cipherContexts");
  assertEquals(section()?.State, "applied");
  site.controller.faults.add("certs", { status: 500 });
  const leaf = await site.controller.rotate({ which: "ecdh", changeConfigHash: false });
  const hash = new Uint8Array(createHash("sha256").update(leaf.certPem.trim()).digest()).slice(0, 16);
  site.serve({ device_name: "second", cipherContexts: [{ contextId: "ctx", controllerCertHash: hash }] });
  await until("a wait", () => section()?.WaitsFor === "certificates");
  assertStringIncludes(section()?.Reason ?? "", hash.toHex());
  await until("second", () => name(site) === "second");
  site.controller.faults.clear();
  await until("the end of the wait", () => section()?.State === "applied");
  assertEquals([section()?.Applied, section()?.WaitsFor], [section()?.Desired, ""]);
});

Deno.test("edgeview: a token that the controller signed for this device becomes a file, another one removes it and is told", async () => {
  await using site = await openSite();
  site.openGates();
  const { signing } = site.controller.pki;
  const token = edgeViewToken(signing.keyPem, { sub: site.uuid, exp: 4_000_000_000 });
  site.serve({ edgeview: { token, dev_policy: { allow_dev: true }, generation_id: 7 } });
  const watched = watchedReporting();
  await using _program = site.start({ clock: fastClock(60), reporting: watched.reporting });
  await untilConfigGetStatus(site, 1);
  const file = () => site.file("/run/edgeview/edge-view-config");
  assertEquals(file()?.split("\n"), [
    `EvJWToken:${token}`,
    "EvJWTExp:4000000000",
    'EvDevPolicy:{"enabled":true}',
    'EvAppPolicy:{"enabled":false}',
    'EvExtPolicy:{"enabled":false}',
    "EvGenID:7",
    "",
  ]);
  assertEquals(site.file("/run/edgeview/signing-cert.pem")?.trim(), signing.certPem.trim());
  site.serve({ edgeview: { token: edgeViewToken(signing.keyPem, { sub: appUUID, exp: 4_000_000_000 }) } });
  await until("a refusal", () => watched.report.configItemStatus().has("config.edgeview"));
  assertEquals(file(), undefined);
});

Deno.test("the network that comes back asks for the config at once", async () => {
  await using site = await openSite();
  site.serve({ configItems: [{ key: "timer.config.interval", value: "86400" }] });
  site.openGates();
  await using _program = site.start();
  await until("304", () => site.configRequests().some(({ record }) => record.status === 304));
  const count = () => site.configRequests().length;
  const before = count();
  await networkComesBack(site);
  await until("a request", () => count() > before);
});

Deno.test("[zedagent#37] a new UUID: the next requests use it, certificates and info are sent again", async () => {
  await using site = await openSite();
  site.serve({ configItems: [{ key: "timer.config.interval", value: "86400" }] });
  site.openGates();
  site.publication(topics.tpmmgr.EdgeNodeCert).publish("0a", {
    ...topics.tpmmgr.EdgeNodeCert.codec.decode("{}"),
    HashAlgo: 1,
    CertType: 4,
    CertID: new Uint8Array(16),
    Cert: new TextEncoder().encode("-----BEGIN CERTIFICATE-----\n"),
  });
  await using _program = site.start();
  await until("304", () => site.configRequests().some(({ record }) => record.status === 304));
  const other = "11111111-1111-4111-8111-111111111111";
  site.publication(topics.zedclient.OnboardingStatus).publish("global", {
    DeviceUUID: other,
    HardwareModel: "",
  });
  const asOther = (endpoint: string) =>
    site.controller.requests.filter((record) =>
      record.endpoint === endpoint && record.path.includes(`/id/${other}/`)
    );
  await until("a config request as the other", () => asOther("config").length > 0);
  assertEquals(ConfigRequest.decode(asOther("config")[0]?.payload ?? new Uint8Array()).configHash, "");
  await until("info as the other", () => asOther("info").length > 0);
  await until(
    "certificates as the other",
    () =>
      asOther("attest").some((record) =>
        ZAttestReq.decode(record.payload ?? new Uint8Array()).certs.length === 1
      ),
  );
});
