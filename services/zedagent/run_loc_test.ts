/** The whole program with a controller that fails and a local operator console that stands in for it. */
import { assert, assertEquals } from "@std/assert";
import {
  AuthContainer,
  type config,
  info,
  metrics,
  ZControllerCert,
  ZInfoMsg,
  ZMetricMsg,
} from "../../proto/device.ts";
import { fromBigInt, toBigInt } from "../../proto/int64.ts";
import { toTimestamp } from "../../proto/timestamp.ts";
import { makeControllerLeaf } from "../../scripts/pki/mod.ts";
import { fastClock } from "../agent/fake_clock.ts";
import { until } from "../agent/test_device.ts";
import { topics } from "../topics/mod.ts";
import {
  encryptedFor,
  makeDeviceEcdh,
  openLoc,
  savedResponse,
  sealedBy,
  signedConfig,
  type TestLoc,
} from "./loc/testdata/loc_site.ts";
import { dhcpNetwork, eth0, networkUUID } from "./testdata/edge_dev_config.ts";
import { openSite, type TestSite, untilConfigGetStatus } from "./testdata/test_site.ts";

const patience = 20_000;
const appUUID = "00000000-0000-4000-8000-0000000000a1";
const name = (site: TestSite) => site.read(topics.zedagent.EdgeNodeInfo)?.DeviceName;
const quick = [{ key: "timer.config.interval", value: "5" }];

function configFor(site: TestSite, loc: TestLoc, more: config.IEdgeDevConfig): config.IEdgeDevConfig {
  return {
    id: { uuid: site.uuid },
    loc_config: { loc_url: loc.url },
    configItems: quick,
    deviceIoList: [eth0],
    networks: [dhcpNetwork],
    systemAdapterList: [{ name: "mgmt0", uplink: true, networkUUID }],
    apps: [{ uuidandversion: { uuid: appUUID, version: "1" }, displayname: "app", activate: true }],
    ...more,
  };
}

/** Applies a config that names the LOC, then lets the controller fail. */
async function standIn(site: TestSite, loc: TestLoc): Promise<void> {
  site.serve(configFor(site, loc, { device_name: "from-controller" }));
  site.openGates();
  await until("the controller's config", () => name(site) === "from-controller", patience);
  site.controller.faults.add("config", { status: 503 });
}

Deno.test("[device-api#33] the LOC stands in: its config is applied with origin 6, its commands run once for a timestamp", async () => {
  await using loc = await openLoc();
  await using site = await openSite();
  await using program = site.start({ clock: fastClock(10) });
  await standIn(site, loc);
  const command = (timestamp: bigint) => ({
    timestamp: fromBigInt(timestamp, true),
    app_cmd_list: { app_commands: [{ id: appUUID, timestamp: fromBigInt(timestamp, true), command: 1 }] },
    radio_config: { radio_silence: true },
    dev_cmd: { timestamp: fromBigInt(5n, true), command: 4 },
  });
  const protected_config = signedConfig(
    site.controller.pki,
    configFor(site, loc, { device_name: "from-loc" }),
    "hash-1",
  );
  loc.serve({ protected_config, ...command(9n) });
  await until("the LOC's config", () => name(site) === "from-loc", patience);
  await untilConfigGetStatus(site, 1, patience);
  assertEquals(site.status()?.LOCUrl, loc.url);
  const restarts = () => site.read(topics.zedagent.AppInstanceConfig, appUUID)?.LocalRestartCmd.Counter;
  await until("the app command", () => restarts() === 1, patience);
  assertEquals(site.status()?.RadioSilence.Imposed, true);
  assertEquals(site.file("/persist/status/lastdevcmdtimestamp"), "5");
  assertEquals([
    loc.asked[0]?.cfg_req?.configHash === "hash-1",
    toBigInt(loc.asked[0]?.last_cmd_timestamp ?? 0),
  ], [
    false,
    0n,
  ]);
  await until("the acknowledgement", () =>
    toBigInt(loc.asked.at(-1)?.last_cmd_timestamp ?? 0) === 9n &&
    loc.asked.at(-1)?.cfg_req?.configHash === "hash-1", patience);
  const seen = loc.asked.length;
  await until("more answers with the same commands", () => loc.asked.length > seen + 2, patience);
  assertEquals(restarts(), 1);
  loc.serve({ protected_config, ...command(10n), timestamp: fromBigInt(9n, true) });
  const again = loc.asked.length;
  await until(
    "answers with another command under the same timestamp",
    () => loc.asked.length > again + 2,
    patience,
  );
  assertEquals(restarts(), 1);
  loc.serve({ protected_config, ...command(10n) });
  await until("the next command", () => restarts() === 2, patience);
  assertEquals(savedResponse(site.lastConfig())?.configHash, "hash-1");
  assert(program.device.logged.some((line) => line.includes("stands in")));
  loc.serve({
    protected_config: signedConfig(
      site.controller.pki,
      configFor(site, loc, {
        device_name: "with-ports",
        config_timestamp: toTimestamp(Date.now() + 1000),
        systemAdapterList: [{ name: "mgmt0", uplink: true, networkUUID, cost: 3 }],
      }),
      "hash-2",
    ),
  });
  await until(
    "ports of the LOC",
    () => site.read(topics.zedagent.DevicePortConfig, "zedagent")?.Ports?.[0]?.ConfigSource.Origin === 6,
    patience,
  );
  site.controller.faults.clear();
  site.serve(configFor(site, loc, { device_name: "again-controller" }), { timestampMs: Date.now() + 5000 });
  await until("the controller again", () => name(site) === "again-controller", patience);
});

Deno.test("a LOC stands in for a controller whose config is obsolete, and is not asked again while that stays; without protected_config: LED 3", async () => {
  await using loc = await openLoc();
  await using site = await openSite();
  await using program = site.start({ clock: fastClock(10) });
  const now = Date.now();
  site.serve(configFor(site, loc, { device_name: "from-controller" }), { timestampMs: now });
  site.openGates();
  await until("the controller's config", () => name(site) === "from-controller", patience);
  assertEquals(loc.asked, []);
  loc.serve({
    protected_config: signedConfig(
      site.controller.pki,
      configFor(site, loc, { device_name: "from-loc", config_timestamp: toTimestamp(now + 1000) }),
      "hash-1",
    ),
  });
  site.serve(configFor(site, loc, { device_name: "restored from a backup" }), { timestampMs: now - 60_000 });
  await until("the LOC's config", () => name(site) === "from-loc", patience);
  await until("LED 4", () => site.led() === 4 && site.status()?.ConfigGetStatus === 1, patience);
  const polls = site.configRequests().length;
  await until("more polls", () => site.configRequests().length > polls + 2, patience);
  assertEquals([loc.asked.length, name(site), site.led()], [1, "from-loc", 4]);

  loc.serve({});
  site.controller.faults.add("config", { status: 503 });
  await until("LED 3", () => site.led() === 3, patience);
  assertEquals(loc.asked.at(-1)?.cfg_req?.configHash, "hash-1");
  assertEquals(site.status()?.ConfigGetStatus, 2);
  assert(program.device.logged.some((line) => line.includes("expected protected_config, got none")));
  loc.serve(304);
  await until("LED 4 again", () => site.led() === 4 && site.status()?.ConfigGetStatus === 1, patience);
});

Deno.test("[device-api#32] an encrypted protected_config is decrypted, then verified; one that is wrong is not applied; an encrypted config response is rejected", async () => {
  await using loc = await openLoc();
  await using site = await openSite();
  const ecdh = await makeDeviceEcdh();
  Deno.mkdirSync(`${site.root}/persist/certs`, { recursive: true });
  Deno.writeTextFileSync(`${site.root}/persist/certs/ecdh.key.pem`, ecdh.keyPem);
  site.publication(topics.tpmmgr.EdgeNodeCert).publish(ecdh.hash.toHex(), {
    HashAlgo: 1,
    CertID: ecdh.hash,
    CertType: 4,
    Cert: new TextEncoder().encode(ecdh.certPem),
    IsTpm: false,
    MetaDataItems: null,
  });
  await using program = site.start({ clock: fastClock(10) });
  await standIn(site, loc);
  const { pki } = site.controller;
  const secret = async (device_name: string, hash: string) =>
    await encryptedFor(ecdh, pki, signedConfig(pki, configFor(site, loc, { device_name }), hash));
  const good = await secret("secret", "hash-1");
  loc.serve({ protected_config: good });
  await until("the encrypted config", () => name(site) === "secret", patience);
  const saved = AuthContainer.decode(site.lastConfig() ?? new Uint8Array());
  assertEquals([saved.cipherData, savedResponse(site.lastConfig())?.configHash], [null, "hash-1"]);
  assert(savedResponse(site.lastConfig()) !== undefined);

  const evil = await secret("evil", "hash-2");
  const refusals: [string, config.ICompoundEdgeDevConfig][] = [
    ["another signer", {
      protected_config: AuthContainer.decode(
        AuthContainer.encode({ ...evil, senderCertHash: new Uint8Array(32) }).finish(),
      ),
    }],
    ["clearTextSha256", {
      protected_config: AuthContainer.decode(
        AuthContainer.encode({
          ...evil,
          cipherData: { ...evil.cipherData, clearTextSha256: new Uint8Array(32) },
        }).finish(),
      ),
    }],
    ["signature", {
      protected_config: AuthContainer.decode(
        AuthContainer.encode({ ...evil, signatureHash: good.signatureHash }).finish(),
      ),
    }],
    ["protected_config", {}],
  ];
  for (const [what, answer] of refusals) {
    const seen = loc.asked.length;
    loc.serve(answer);
    await until(`two answers: ${what}`, () => loc.asked.length > seen + 2, patience);
    assertEquals(name(site), "secret", what);
  }
  assert(
    program.device.logged.some((line) => line.startsWith("ERROR LOC") && line.includes("clearTextSha256")),
  );

  loc.serve(404);
  site.controller.faults.clear();
  site.controller.faults.add("config", {
    body: AuthContainer.encode(await secret("evil", "hash-3")).finish(),
  });
  await until("LED 15", () => site.led() === 15, patience);
  assertEquals(name(site), "secret");
});

Deno.test("[zedagent#30] certificates of a LOC with an older signing certificate are refused, the controller's are accepted", async () => {
  await using loc = await openLoc();
  await using site = await openSite();
  await using program = site.start({ clock: fastClock(10) });
  site.serve(configFor(site, loc, { device_name: "one" }));
  site.openGates();
  await until("the config", () => name(site) === "one", patience);
  const published = () =>
    [...Deno.readDirSync(`${site.root}/run/zedagent/ControllerCert`)].map(({ name }) => name)
      .filter((name) => name.endsWith(".json")).sort().join();
  const { pki } = site.controller;
  const before = published();
  const listWith = async (notBefore: Date) => {
    const signing = await makeControllerLeaf(pki, "signing", { notBefore });
    const pem = (text: string) => new TextEncoder().encode(text.trim());
    const digest = async (bytes: Uint8Array<ArrayBuffer>) =>
      new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    const certs = await Promise.all(
      [[signing.certPem, 1], [pki.ecdh.certPem, 3]].map(async ([text, type]) => ({
        hashAlgo: 2,
        certHash: await digest(pem(String(text))),
        type: Number(type),
        cert: pem(String(text)),
      })),
    );
    return sealedBy({ ...pki, signing }, ZControllerCert.encode({ certs }).finish());
  };
  const older = new Date(Date.now() - 30 * 86_400_000);
  loc.serveCerts(await listWith(older));
  site.controller.faults.add("certs", { status: 503 });
  site.controller.faults.add("config", { envelope: "unknown-hash" });
  site.serve(configFor(site, loc, { device_name: "not to be verified" }));
  await until(
    "the refusal",
    () => program.device.logged.some((line) => line.includes("signing certificate of the LOC: expected")),
    patience,
  );
  assertEquals(published(), before);
  const stored = Deno.readFileSync(`${site.root}/persist/checkpoint/controllercerts`);

  loc.serveCerts(await listWith(new Date(Date.now() - 1000)));
  await until("a newer list of the LOC", () => published() !== before, patience);
  assert(stored.toHex() !== Deno.readFileSync(`${site.root}/persist/checkpoint/controllercerts`).toHex());

  const fromLoc = published();
  loc.serveCerts(await listWith(older));
  site.controller.faults.clear();
  await site.controller.rotate({ notBefore: older });
  site.serve(configFor(site, loc, { device_name: "two" }));
  await until(
    "the controller's older certificate",
    () => published() !== fromLoc && name(site) === "two",
    patience,
  );
});

Deno.test("a LOC gets copies of info and metrics; without one nobody does", async () => {
  await using loc = await openLoc();
  await using site = await openSite();
  site.serve(configFor(site, loc, { device_name: "one", loc_config: null }));
  site.openGates();
  await using _program = site.start({ clock: fastClock(20) });
  await until("the config", () => name(site) === "one", patience);
  await until("info", () => site.controller.requests.some(({ endpoint }) => endpoint === "info"), patience);
  assertEquals(site.status()?.LOCUrl, "");
  site.serve(configFor(site, loc, { device_name: "two" }));
  await until("the LOC's config", () => site.status()?.LOCUrl === loc.url, patience);
  await until(
    "copies",
    () => loc.received("info").length > 0 && loc.received("metrics").length > 0,
    patience,
  );
  const messages = loc.received("info").map((bytes) => ZInfoMsg.decode(bytes));
  await until(
    "device info",
    () => loc.received("info").some((bytes) => ZInfoMsg.decode(bytes).ztype === info.ZInfoTypes.ZiDevice),
    patience,
  );
  assertEquals(messages[0]?.devId, site.uuid);
  const sent: metrics.ZMetricMsg = ZMetricMsg.decode(loc.received("metrics")[0] ?? new Uint8Array());
  assertEquals(sent.devID, site.uuid);
  assertEquals(loc.received("attest"), []);
});
