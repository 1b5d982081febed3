/** Each layer broken for real, one after the other: exactly its code comes out, and what depends on it is "not reached". */
import { assert, assertEquals, fail } from "@std/assert";
import { createHash, X509Certificate } from "node:crypto";
import { knows, startNameserver } from "../../../controllerconn/testdata/nameserver.ts";
import { makeControllerPki, makeDeviceIdentity } from "../../../scripts/pki/mod.ts";
import type { Fault } from "../../../scripts/controller/mod.ts";
import { systemClock } from "../../agent/mod.ts";
import { goConfigSection, goNewlogMetrics, LedBlink, type NetworkPortStatus } from "../../topics/mod.ts";
import { emptyBus } from "../bus/view.ts";
import { printed } from "../report/line.ts";
import {
  codesOf,
  type DiagSite,
  disconnectedBus,
  healthyBus,
  loopback,
  openDiagSite,
  settings,
} from "../test_site.ts";
import { openBadServer, openProxy } from "../test_servers.ts";
import { evaluate } from "./evaluate.ts";
import type { LayerName } from "./layer.ts";

const hosts = ["127.0.0.1", "controller.test"];

/** As a controller knows a certificate: SHA-256 of its DER. */
function hashOf(pem: string): string {
  return createHash("sha256").update(new X509Certificate(pem).raw).digest("hex");
}

async function breaks(site: DiagSite, view: Parameters<DiagSite["report"]>[0], codes: readonly string[]) {
  const { diagnosis, lines } = await site.report(view);
  const text = lines.map(printed).join("");
  assertEquals(codesOf(diagnosis.findings), codes, text);
  return diagnosis;
}

function states(diagnosis: Awaited<ReturnType<typeof breaks>>, ...names: readonly LayerName[]) {
  return names.map((name) => diagnosis.layers.find(({ layer }) => layer === name)?.state);
}

Deno.test("a healthy device: no finding, every layer is ok", async () => {
  await using site = await openDiagSite();
  const { diagnosis, lines } = await site.report(healthyBus());
  assertEquals(codesOf(diagnosis.findings), [], lines.map(printed).join(""));
  assertEquals(diagnosis.outcome, "ok");
  assertEquals(diagnosis.layers.filter(({ state }) => state !== "ok"), []);
});

Deno.test("files: missing, garbage, of another device, expired, readable by all", async () => {
  await using site = await openDiagSite();
  const { config } = site.made;
  const spoil = async (file: string, content: string | undefined, codes: string[], mode = 0o600) => {
    const path = `${config}/${file}`;
    const good = Deno.readTextFileSync(path);
    if (content === undefined) Deno.removeSync(path);
    else Deno.writeTextFileSync(path, content);
    if (content !== undefined) Deno.chmodSync(path, mode);
    const diagnosis = await breaks(site, disconnectedBus(), codes);
    Deno.writeTextFileSync(path, good);
    Deno.chmodSync(path, file.includes("key") ? 0o600 : 0o644);
    return diagnosis;
  };
  const other = await makeDeviceIdentity();
  const noServer = await spoil("server", undefined, ["ERROR EVE-CFG-SERVER-001"]);
  assertEquals(states(noServer, "address", "dns", "tcp", "http", "config"), [
    "ok",
    "not reached",
    "not reached",
    "not reached",
    "not reached",
  ]);
  await spoil("server", "\n", ["ERROR EVE-CFG-SERVER-002"]);
  await spoil("server", "https://host/path", ["ERROR EVE-CFG-SERVER-002"]);
  const noRoot = await spoil("root-certificate.pem", undefined, ["ERROR EVE-CFG-ROOT-001"]);
  assertEquals(states(noRoot, "identity", "tls", "http"), ["ok", "not reached", "not reached"]);
  await spoil("root-certificate.pem", "garbage", ["ERROR EVE-CFG-ROOT-002"]);
  await spoil("device.cert.pem", "garbage", ["ERROR EVE-ID-CERT-002"]);
  await spoil("device.key.pem", undefined, ["ERROR EVE-ID-KEY-001"]);
  await spoil("device.key.pem", "garbage", ["ERROR EVE-ID-KEY-002"]);
  const foreign = await spoil("device.key.pem", other.keyFile, ["ERROR EVE-ID-KEY-003"]);
  assertEquals(states(foreign, "tls", "http", "envelope"), ["ok", "ok", "not reached"]);
  const open = await spoil("device.key.pem", Deno.readTextFileSync(`${config}/device.key.pem`), [
    "WARNING EVE-ID-KEY-004",
  ], 0o644);
  assertEquals(open.outcome, "degraded");
});

Deno.test("[diag#15][diag#16] uuid is signed by the device, found by the hash of its certificate; app-shared and L2 ports are not tested", async () => {
  await using site = await openDiagSite();
  const ports = [
    loopback(),
    loopback({ IfName: "app", IsMgmt: false }),
    loopback({ IfName: "l2", IsL3Port: false }),
  ];
  const { facts } = await site.report(disconnectedBus({}, ports));
  assertEquals([...facts.tests?.keys() ?? []], ["lo"]);
  assertEquals(site.controller.requests.map(({ endpoint }) => endpoint), ["ping", "uuid"]);
  const { envelope, payload, status } = site.controller.requests[1] ?? fail("no uuid");
  assertEquals([status, payload?.length], [200, 0]);
  assertEquals(
    [envelope?.hash, envelope?.signatureOk, envelope?.hasSenderCert],
    [hashOf(site.made.device?.certPem ?? ""), true, false],
  );
});

Deno.test("[diag#2][diag#15] no device certificate: the onboarding pair signs, with its certificate beside it; without a pair there is an ERROR", async () => {
  await using site = await openDiagSite({ root: { device: "none" } });
  await breaks(site, disconnectedBus(), ["ERROR EVE-ID-CERT-001"]);
  const uuid = site.controller.requests.find(({ endpoint }) => endpoint === "uuid");
  assertEquals(uuid?.status, 401);
  assert(uuid?.envelope !== undefined);
  assert(uuid.envelope.hasSenderCert, "the certificate goes along");
  assert(uuid.headers["x-soft-serial"] !== undefined);
  Deno.removeSync(`${site.made.config}/onboard.cert.pem`);
  site.controller.clearRequests();
  await breaks(site, disconnectedBus(), ["ERROR EVE-ID-ONBOARD-001"]);
  assertEquals(
    site.controller.requests.map(({ endpoint }) => endpoint),
    ["ping"],
    "the network is looked at",
  );
});

Deno.test("clock: before this program was made; what works all the same makes it a warning", async () => {
  await using good = await openDiagSite();
  const { facts } = await good.report(disconnectedBus());
  assertEquals(codesOf(evaluate({ ...facts, builtAt: facts.now + 1 }).findings), ["WARNING EVE-CLOCK-001"]);
  await using site = await openDiagSite({ clock: { ...systemClock, now: () => Date.UTC(2020, 0, 1) } });
  const works = await breaks(site, disconnectedBus(), ["WARNING EVE-CLOCK-001"]);
  assertEquals(states(works, "tcp", "tls", "envelope"), ["ok", "ok", "ok"]);
  site.controller.faults.add("uuid", { envelope: "wrong-signature" });
  const diagnosis = await breaks(site, disconnectedBus(), ["ERROR EVE-CLOCK-001"]);
  assertEquals(states(diagnosis, "tcp", "tls", "envelope"), ["ok", "not reached", "not reached"]);
});

Deno.test("clock: ahead of the controller's by more than minutes", async () => {
  await using site = await openDiagSite();
  site.controller.faults.add("ping", { headers: { date: new Date(Date.now() - 3_600_000).toUTCString() } });
  await breaks(site, disconnectedBus(), ["WARNING EVE-CLOCK-002"]);
});

Deno.test("bus: nobody publishes, a file is torn", async () => {
  await using site = await openDiagSite();
  const empty = await breaks(site, emptyBus, [
    "ERROR EVE-BUS-NIM-001",
    "WARNING EVE-BUS-ZEDAGENT-001",
    "WARNING EVE-BUS-LOGS-001",
  ]);
  assertEquals([empty.outcome, ...states(empty, "port", "onboarding")], [
    "broken",
    "not reached",
    "not reached",
  ]);
  await breaks(site, healthyBus({ logs: undefined }), ["WARNING EVE-BUS-LOGS-001"]);
  site.device.write("/run/nim/WwanConfig/global.json", '{"DPCKey":');
  await breaks(site, healthyBus(), ["WARNING EVE-BUS-FILE-001"]);
  const path = `${site.made.root}/run/nim/WwanConfig/global.json`;
  Deno.removeSync(path);
  assert((await new Deno.Command("mkfifo", { args: [path] }).output()).success);
  const { diagnosis } = await site.report(healthyBus());
  assertEquals(codesOf(diagnosis.findings), ["WARNING EVE-BUS-FILE-001"], "a FIFO holds nobody up");
  assert(diagnosis.findings[0]?.seen.includes("expected a regular file"), diagnosis.findings[0]?.seen);
});

Deno.test("ports: none for management, invalid, no link, no address, an address that is not there", async () => {
  await using site = await openDiagSite();
  const port = (some: Partial<NetworkPortStatus>, codes: string[]) =>
    breaks(site, disconnectedBus({}, [loopback(some)]), codes);
  await port({ IsMgmt: false }, ["ERROR EVE-NET-PORT-001"]);
  await port({ InvalidConfig: true, LastError: "bad", AddrInfoList: [] }, ["ERROR EVE-NET-PORT-002 lo"]);
  const noLink = await port({ Up: false, AddrInfoList: [] }, ["ERROR EVE-NET-LINK-001 lo"]);
  assertEquals(states(noLink, "address", "dns", "tcp"), ["not reached", "not reached", "not reached"]);
  await port({ AddrInfoList: [], Dhcp: 4 }, ["ERROR EVE-NET-ADDR-001 lo"]);
  await port({ AddrInfoList: [], Dhcp: 1, ConfiguredIP: "192.0.2.7" }, ["ERROR EVE-NET-ADDR-002 lo"]);
  const [info] = loopback().AddrInfoList ?? [];
  assert(info !== undefined);
  await port({ AddrInfoList: [{ ...info, Addr: "192.0.2.7" }] }, ["ERROR EVE-NET-ADDR-003 lo"]);
});

Deno.test("one port of two is broken: a warning, and the device works", async () => {
  await using site = await openDiagSite();
  const dead = loopback({ IfName: "eth1", AddrInfoList: [], Dhcp: 4 });
  const diagnosis = await breaks(site, healthyBus({}, [loopback(), dead]), ["WARNING EVE-NET-ADDR-001 eth1"]);
  assertEquals(diagnosis.outcome, "degraded");
});

Deno.test("name servers: one that is closed, none at all", async () => {
  await using site = await openDiagSite({ controller: { hosts } });
  Deno.writeTextFileSync(`${site.made.config}/server`, `controller.invalid:${site.controller.port}`);
  const closed = await breaks(site, disconnectedBus(), ["ERROR EVE-NET-DNS-001 lo"]);
  assertEquals(states(closed, "proxy", "tcp", "http"), ["not reached", "not reached", "not reached"]);
  await breaks(site, disconnectedBus({}, [loopback({ DNSServers: [] })]), ["ERROR EVE-NET-DNS-002 lo"]);
});

Deno.test("name servers: one of a family that the port does not have is asked by nobody, and is no finding", async () => {
  await using site = await openDiagSite({ controller: { hosts } });
  await using stack = new AsyncDisposableStack();
  const names = await startNameserver("127.0.0.62", knows("controller.test", "127.0.0.1"));
  stack.defer(names.close);
  Deno.writeTextFileSync(`${site.made.config}/server`, `controller.test:${site.controller.port}`);
  const DNSServers = ["2001:db8::53", names.address];
  const { facts } = await site.report(disconnectedBus({}, [loopback({ DNSServers })]));
  assertEquals(facts.nameServers.get("lo")?.map(({ server, unasked }) => [server, unasked === true]), [
    ["2001:db8::53", true],
    [names.address, false],
  ]);
  await breaks(site, disconnectedBus({}, [loopback({ DNSServers })]), []);
});

Deno.test("proxy: credentials wanted, refusal, closed, a name that does not resolve; the controller's name is the proxy's to resolve", async () => {
  await using site = await openDiagSite({ controller: { hosts: ["controller.invalid"] } });
  Deno.writeTextFileSync(`${site.made.config}/server`, `controller.invalid:${site.controller.port}`);
  await using proxy = openProxy();
  const through = (server: string, port: number) =>
    disconnectedBus({}, [loopback({ Proxies: [{ type: 1, server, port }] })]);
  const here = through("127.0.0.1", proxy.port);
  assertEquals((await breaks(site, here, [])).outcome, "ok");
  proxy.answer = "407 Proxy Authentication Required";
  const auth = await breaks(site, here, ["ERROR EVE-NET-PROXY-001 lo"]);
  assertEquals(states(auth, "dns", "tcp", "tls"), ["ok", "not reached", "not reached"]);
  proxy.answer = "502 Bad Gateway";
  await breaks(site, here, ["ERROR EVE-NET-PROXY-002 lo"]);
  await breaks(site, through("proxy.invalid", 3128), ["ERROR EVE-NET-PROXY-003 lo"]);
  proxy.close();
  await breaks(site, here, ["ERROR EVE-NET-PROXY-004 lo"]);
});

Deno.test("gateway and TCP: no router, closed", async () => {
  await using site = await openDiagSite();
  const server = (text: string) => Deno.writeTextFileSync(`${site.made.config}/server`, text);
  server("192.0.2.1:443");
  const noWay = await breaks(site, disconnectedBus(), ["ERROR EVE-NET-GATEWAY-001 lo"]);
  assertEquals(states(noWay, "address", "dns", "tcp"), ["ok", "not reached", "not reached"]);
  const router = loopback({ DefaultRouters: ["127.0.0.254"] });
  await breaks(site, disconnectedBus({}, [router]), ["ERROR EVE-NET-TCP-003 lo"]);
  await site.controller.stop();
  server(site.server);
  const closed = await breaks(site, disconnectedBus(), ["ERROR EVE-NET-TCP-001 lo"]);
  assertEquals(states(closed, "gateway", "proxy", "tls"), ["ok", "ok", "not reached"]);
});

Deno.test("a server that says nothing: TLS, after three times the dial timer", async () => {
  await using site = await openDiagSite();
  await using silent = openBadServer("silent");
  Deno.writeTextFileSync(`${site.made.config}/server`, `127.0.0.1:${silent.port}`);
  const items = settings({ "timer.dial.timeout": 1 });
  await breaks(site, disconnectedBus({ items }), ["ERROR EVE-NET-TLS-007 lo"]);
});

Deno.test("TLS: unknown authority, expired, other hosts, no TLS at all", async () => {
  const expired = await makeControllerPki({ hosts, server: { expired: true } });
  const early = await makeControllerPki({ hosts, server: { notBefore: new Date(Date.now() + 86_400_000) } });
  const named = await makeControllerPki({ hosts: ["elsewhere.test"] });
  const foreign = await makeControllerPki({ hosts, server: { foreignRoot: true } });
  for (
    const [pki, code] of [
      [foreign, "EVE-NET-TLS-001"],
      [expired, "EVE-NET-TLS-003"],
      [early, "EVE-NET-TLS-004"],
      [named, "EVE-NET-TLS-005"],
    ] as const
  ) {
    await using site = await openDiagSite({ controller: { pki } });
    const diagnosis = await breaks(site, disconnectedBus(), [`ERROR ${code} lo`]);
    assertEquals(states(diagnosis, "tcp", "http", "envelope"), ["ok", "not reached", "not reached"]);
  }
  await using site = await openDiagSite();
  await using plain = openBadServer("plain-http");
  Deno.writeTextFileSync(`${site.made.config}/server`, `127.0.0.1:${plain.port}`);
  await breaks(site, disconnectedBus(), ["ERROR EVE-NET-TLS-007 lo"]);
});

Deno.test("HTTP: what the controller answers has its own code", async () => {
  await using site = await openDiagSite();
  const cases: readonly (readonly ["ping" | "uuid", Fault, string])[] = [
    ["uuid", { status: 404 }, "EVE-CTL-HTTP-001"],
    ["uuid", { status: 403 }, "EVE-CTL-HTTP-002"],
    ["uuid", { status: 409 }, "EVE-CTL-HTTP-003"],
    ["ping", { status: 429 }, "EVE-CTL-HTTP-004"],
    ["ping", { status: 500 }, "EVE-CTL-HTTP-005"],
    ["ping", { status: 503 }, "EVE-CTL-HTTP-006"],
    ["uuid", { status: 401 }, "EVE-CTL-HTTP-007"],
    ["ping", { status: 204 }, "EVE-CTL-HTTP-008"],
    ["ping", { status: 302, headers: { location: "https://portal.example/login" } }, "EVE-CTL-HTTP-008"],
    ["ping", { close: "unanswered" }, "EVE-CTL-HTTP-009"],
  ];
  for (const [endpoint, fault, code] of cases) {
    site.controller.faults.add(endpoint, fault);
    const diagnosis = await breaks(site, disconnectedBus(), [`ERROR ${code} lo`]);
    assertEquals(states(diagnosis, "tls", "envelope"), ["ok", "not reached"], code);
    site.controller.faults.clear();
  }
});

Deno.test("envelope: no certificates, another signer, a wrong signature, garbage, another root", async () => {
  await using site = await openDiagSite();
  const envelope = async (fault: Fault, code: string) => {
    site.controller.faults.add("uuid", fault);
    await breaks(site, disconnectedBus(), [`ERROR ${code} lo`]);
    site.controller.faults.clear();
  };
  await envelope({ envelope: "unknown-hash" }, "EVE-CTL-ENVELOPE-002");
  await envelope({ envelope: "wrong-signature" }, "EVE-CTL-ENVELOPE-003");
  await envelope({ envelope: "hash-20" }, "EVE-CTL-ENVELOPE-004");
  await envelope({ body: "garbage" }, "EVE-CTL-ENVELOPE-004");
  await using fresh = await openDiagSite({ checkpoint: false });
  const diagnosis = await breaks(fresh, disconnectedBus(), ["ERROR EVE-CTL-ENVELOPE-001 lo"]);
  assertEquals(states(diagnosis, "http", "config", "logs"), ["ok", "not reached", "not reached"]);
});

Deno.test("onboarding, configuration, device, logs: what the programs say of themselves", async () => {
  await using site = await openDiagSite();
  const zedagent = healthyBus().zedagent;
  assert(zedagent !== undefined);
  const none = { onboarding: undefined, zedagent: undefined, logs: undefined };
  const bus = (some: Partial<typeof emptyBus>, code: string) =>
    breaks(site, healthyBus(some), code === "" ? [] : [code]);
  await bus(none, "WARNING EVE-CTL-ONBOARD-001");
  await bus({ ...none, led: { BlinkCounter: LedBlink.Conflict } }, "ERROR EVE-CTL-ONBOARD-002");
  await bus({ ...none, led: { BlinkCounter: LedBlink.NotFound } }, "ERROR EVE-CTL-ONBOARD-003");
  await bus({ led: { BlinkCounter: LedBlink.BadSignature } }, "WARNING EVE-DEV-LED-001");
  await bus({ zedagent: { ...zedagent, ConfigGetStatus: 2 } }, "WARNING EVE-CTL-CONFIG-001");
  await bus({ zedagent: { ...zedagent, ConfigGetStatus: 4 } }, "WARNING EVE-CTL-CONFIG-002");
  const section = (State: string) => new Map([["apps", goConfigSection.make({ State, Reason: "why" })]]);
  await bus({ sections: section("refused") }, "WARNING EVE-CTL-CONFIG-003");
  await bus({ sections: section("pending") }, "WARNING EVE-CTL-CONFIG-004");
  await bus({ sections: section("applied") }, "");
  await bus({ zedagent: { ...zedagent, DeviceState: 3 } }, "WARNING EVE-DEV-MAINT-001");
  await bus({ zedagent: { ...zedagent, AttestError: "no" } }, "WARNING EVE-DEV-ATTEST-001");
  await bus({ zedagent: { ...zedagent, VaultErr: "no" } }, "WARNING EVE-DEV-VAULT-001");
  site.device.write("/persist/newlog/devUpload/dev.log.1755700000000.gz", "");
  await bus({ logs: goNewlogMetrics.make({ FailedToSend: true }) }, "WARNING EVE-LOG-SEND-001");
  site.device.write("/persist/newlog/failedUpload/dev.log.1755700000000.gz", "");
  await bus({}, "WARNING EVE-LOG-QUARANTINE-001");
});
