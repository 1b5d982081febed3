import { assert, assertEquals } from "@std/assert";
import {
  DPCState,
  goAddrInfo,
  goAppInstanceStatus,
  goAppInstanceSummary,
  goDevicePortConfig,
  goDevicePortConfigList,
  goDownloaderStatus,
  goNodeAgentStatus,
  goNodeDrainStatus,
  goVaultStatus,
  goZbootStatus,
  goZedAgentStatus,
  LedBlink,
  type NetworkPortStatus,
  topics,
  type ZedAgentStatus,
} from "../../topics/mod.ts";
import { type BusView, emptyBus } from "../bus/view.ts";
import { evaluate } from "../checks/evaluate.ts";
import type { Facts } from "../facts/facts.ts";
import type { RequestFailure, RequestOutcome } from "../facts/port_outcome.ts";
import { disconnectedBus, healthyBus, loopback } from "../test_site.ts";
import { derivedLed } from "../bus/led.ts";
import { printed } from "./line.ts";
import { reportLines } from "./report.ts";

const now = Date.UTC(2026, 7, 20, 9, 15, 2, 517);

/** Facts without requests. */
function factsOf(bus: BusView, some: Partial<Facts> = {}): Facts {
  return {
    now,
    builtAt: 0,
    release: "16.3.0-kvm-amd64",
    files: {
      server: "ctrl.example.org:443",
      identity: { who: "device", inTpm: true, notBefore: 0, notAfter: Date.UTC(2046, 0, 1) },
      faults: [],
    },
    bus,
    live: true,
    damaged: [],
    logFolders: undefined,
    tests: undefined,
    nameServers: new Map(),
    lookup: undefined,
    ...some,
  };
}

function lines(
  bus: BusView,
  some: Partial<Facts> = {},
  wish: { gated?: boolean; showPac?: boolean } = {},
): string[] {
  const facts = factsOf(bus, some);
  const input = { startedAt: now, trigger: "LED", gated: true, showPac: false, ...wish };
  return reportLines({ ...input, facts, diagnosis: evaluate(facts) }).map(printed).join("").trim().split(
    "\n",
  );
}

/** Lines of a connected device with this ZedAgentStatus. */
function withStatus(some: Partial<ZedAgentStatus>, more: Partial<BusView> = {}): string[] {
  const zedagent = goZedAgentStatus.make({
    ConfigGetStatus: 1,
    DeviceState: 1,
    AttestState: 7,
    VaultStatus: 2,
    PCRStatus: 1,
    ...some,
  });
  return lines(healthyBus({ zedagent, ...more }));
}

function outcome(url: string, some: Partial<RequestOutcome> = {}): RequestOutcome {
  return { method: "GET", url, tries: 1, failures: [], ...some };
}

const refused: RequestFailure = {
  kind: "refused",
  layer: "tcp",
  httpStatus: 0,
  senderStatus: 1,
  text: "connection refused",
};

Deno.test("a connected device: header, device, summary, identity, port configuration, one line an address", () => {
  assertEquals(lines(healthyBus()), [
    "INFO: report 2026-08-20T09:15:02.517Z caused by LED",
    "INFO: device: online attest: Complete vault: ENABLED pcr: ENABLED",
    "INFO: summary: controller reached, device onboarded",
    "INFO: onboarding: device UUID b4f1c7a2-6a54-4f5e-9d3b-2f6b7a0c1d2e, model acme.box, EVE 16.3.0-kvm-amd64",
    "INFO: identity: device certificate valid until 2046-01-01, key in the TPM",
    "INFO: using port config zedagent (highest priority)",
    "INFO: 1 ports, 1 towards the controller",
    "INFO: port lo: link up mgmt 127.0.0.1",
    "INFO: logs: 0 files delivered, 0 waiting",
  ]);
});

Deno.test("[diag#3] until LED, network and port configurations are seen, a report ends after the applications", () => {
  const appSummary = goAppInstanceSummary.make({ TotalRunning: 2 });
  const found = lines({ ...healthyBus({ appSummary }), portConfigs: undefined });
  assertEquals(found.at(-1), "INFO: apps: 0 starting, 2 running");
  assert(!found.some((line) => line.includes("summary:")));
});

Deno.test("[diag#17] a disabled vault makes the device line a WARNING, an attestation error an ERROR with its text", () => {
  assert(
    withStatus({ VaultStatus: 1 }).includes(
      "WARNING: device: online attest: Complete vault: DISABLED pcr: ENABLED",
    ),
  );
  const failing = withStatus({ AttestState: 6, AttestError: "nonce mismatch" });
  assert(
    failing.includes("ERROR: device: online attest: RestartWait nonce mismatch vault: ENABLED pcr: ENABLED"),
  );
  assert(failing[1]?.startsWith("WARNING: EVE-DEV-ATTEST-001"), failing[1]);
  assert(withStatus({ DeviceState: 3 }).some((line) => line.startsWith("ERROR: device: maintenance_mode")));
});

Deno.test("[diag#18] unlock method 2 with PCRs 4 and 8 is a WARNING that names them", () => {
  const vault = goVaultStatus.make({ UnlockMethod: 2, MismatchingPCRs: [4, 8] });
  const line = withStatus({}, { vault }).find((each) => each.includes(" device: ")) ?? "";
  assert(
    line.startsWith("WARNING:") && line.includes("unlock:controller-key") && line.includes("[4 8]"),
    line,
  );
  const sealed = goVaultStatus.make({ UnlockMethod: 1, MismatchingPCRs: [4] });
  const quiet = withStatus({}, { vault: sealed }).find((each) => each.includes(" device: ")) ?? "";
  assert(
    quiet.startsWith("INFO:") && quiet.includes("unlock:tpm-local-sealed") && !quiet.includes("["),
    quiet,
  );
});

Deno.test("[diag#19] air gap without a console is a WARNING, with one an INFO with its URL", () => {
  assert(withStatus({ AirgapMode: true }).some((line) => line.startsWith("WARNING: air gap")));
  assert(
    withStatus({ AirgapMode: true, LOCUrl: "https://loc:4443" })
      .includes("INFO: air gap mode, local operator console https://loc:4443"),
  );
});

Deno.test("[diag#20] the third of four port configs in use: two warnings with errors, one in use, one standing by", () => {
  const config = (Key: string) => goDevicePortConfig.make({ Key, LastError: `${Key} failed` });
  const list = ["zedagent", "override", "lastresort", "usb"].map(config);
  const portConfigs = goDevicePortConfigList.make({ CurrentIndex: 2, PortConfigList: list });
  assertEquals(lines(healthyBus({ portConfigs })).filter((line) => line.includes("port config")), [
    "WARNING: port config zedagent (priority 0) not in use: zedagent failed",
    "WARNING: port config override (priority 1) not in use: override failed",
    "INFO: using port config lastresort (priority 2)",
    "INFO: 1 more port config stands by",
  ]);
});

Deno.test("[diag#21] CurrentIndex absent in JSON behaves as 0, -1 gives the warning that none works", () => {
  const { codec } = topics.nim.DevicePortConfigList;
  const absent = codec.decode('{"PortConfigList":[{"Key":"zedagent"}]}');
  assert(
    lines(healthyBus({ portConfigs: absent })).includes(
      "INFO: using port config zedagent (highest priority)",
    ),
  );
  const none = codec.decode('{"CurrentIndex":-1,"PortConfigList":[{"Key":"zedagent"}]}');
  assert(lines(healthyBus({ portConfigs: none })).includes("WARNING: no port config works"));
});

Deno.test("[diag#22] drain: 0 and 1 print nothing, 2 INFO, 7 WARNING, 8 ERROR, with the word", () => {
  const of = (Status: number) =>
    lines(healthyBus({ drain: goNodeDrainStatus.make({ Status }) })).filter((line) => line.includes("drain"));
  assertEquals([of(0), of(1)], [[], []]);
  assertEquals(of(2), ["INFO: node drain: Not Requested"]);
  assertEquals(of(7), ["WARNING: node drain: Drain Retrying"]);
  assertEquals(of(8), ["ERROR: node drain: Failed Drain"]);
});

Deno.test("[diag#23] applications and downloads, sorted by name; an error makes its line ERROR or WARNING and is in it", () => {
  const app = (DisplayName: string, Error = "") =>
    goAppInstanceStatus.make({ DisplayName, State: 115, Error });
  const apps = new Map([["2", app("gateway")], ["1", app("camera", "no disk")]]);
  const download = (Name: string, Error = "") =>
    goDownloaderStatus.make({
      Name,
      ImageSha256: "ab12",
      Progress: 40,
      TotalSize: 1000,
      RetryCount: 3,
      Error,
    });
  const downloads = new Map([["b", download("b.img")], ["a", download("a.img", "timeout")]]);
  const found = lines(
    healthyBus({
      apps,
      downloads,
      appSummary: goAppInstanceSummary.make({ TotalError: 1, TotalRunning: 1 }),
    }),
  );
  assertEquals(found.filter((line) => /: app |download|apps:/.test(line)), [
    "ERROR: apps: 1 in error, 0 starting, 1 running, 0 stopping",
    "ERROR: app camera 00000000-0000-0000-0000-000000000000 RUNNING: no disk",
    "INFO: app gateway 00000000-0000-0000-0000-000000000000 RUNNING",
    "WARNING: download a.img ab12 40 %, 3 retries: timeout",
    "INFO: download b.img ab12 40 % of 1000 bytes",
  ]);
});

Deno.test("an update under test, and one that waits for the next boot", () => {
  const nodeagent = goNodeAgentStatus.make({
    UpdateInprogress: true,
    CurPart: "IMGB",
    RemainingTestTime: 300_000_000_000,
  });
  const partitions = new Map([
    ["IMGB", goZbootStatus.make({ PartitionLabel: "IMGB", ShortVersion: "16.4.0", CurrentPartition: true })],
    [
      "IMGA",
      goZbootStatus.make({ PartitionLabel: "IMGA", ShortVersion: "17.0.0", PartitionState: "updating" }),
    ],
  ]);
  const found = lines(healthyBus({ nodeagent, partitions }));
  assert(found.includes("WARNING: update: IMGB 16.4.0 is under test, 300 s left"), found.join("\n"));
  assert(
    found.includes("INFO: update: IMGA 17.0.0 is installed, it starts with the next boot"),
    found.join("\n"),
  );
});

Deno.test("the LED is derived: no address 1, otherwise at least 2; radio silence when it is settled", () => {
  assertEquals(derivedLed({ ...emptyBus, led: { BlinkCounter: 4 } }), 1);
  assertEquals(derivedLed(healthyBus({ led: { BlinkCounter: 1 } })), 2);
  assertEquals(derivedLed(healthyBus({ led: { BlinkCounter: 18 } })), 18);
  const { network } = healthyBus();
  const silent = (ChangeInProgress: boolean) =>
    derivedLed({
      led: { BlinkCounter: 4 },
      network: { ...network!, RadioSilence: { ...network!.RadioSilence, Imposed: true, ChangeInProgress } },
    });
  assertEquals([silent(false), silent(true)], [LedBlink.RadioSilence, LedBlink.Onboarded]);
});

Deno.test("[diag#16] L2 ports never appear, app-shared ones appear and are not tested", () => {
  const ports = [
    loopback({
      IfName: "eth0",
      MacAddr: new Uint8Array([0x52, 0x54, 0, 0xaa, 0xbb, 1]),
      DNSServers: ["192.0.2.53"],
    }),
    loopback({ IfName: "eth1", IsMgmt: false, Up: false, Cost: 5, AddrInfoList: [], DNSServers: [] }),
    loopback({ IfName: "eth2", IsL3Port: false }),
  ];
  const tests = new Map([["eth0", {
    ping: outcome("c/ping", { success: "200 OK" }),
    uuid: outcome("c/uuid", { method: "POST", success: "200 OK" }),
    probes: [],
    signer: "device" as const,
  }]]);
  const found = lines(disconnectedBus({}, ports), { tests });
  assertEquals(found.slice(found.indexOf("INFO: 2 ports, 1 towards the controller")), [
    "INFO: 2 ports, 1 towards the controller",
    "INFO: port eth0: MAC 52:54:00:aa:bb:01 link up mgmt 127.0.0.1, no geo data",
    "INFO: eth0: DNS 192.0.2.53",
    "INFO: eth0: no proxy",
    "INFO: eth0: GET c/ping: 200 OK",
    "INFO: eth0: POST c/uuid: 200 OK",
    "PASS: eth0: the controller answers and knows this device",
    "INFO: port eth1: link down app-shared (cost 5) no address",
    "WARNING: eth1: no DNS server",
    "INFO: eth1: no proxy",
    "INFO: eth1: not for the controller, not tested",
    "PASS: all 1 management ports passed",
    "INFO: logs: 0 files delivered, 0 waiting",
  ]);
});

Deno.test("six equal failures are one line with a count, and one that gives up; probes tell whether the port leads anywhere", () => {
  const ping = outcome("ctrl.example.org/api/v2/edgedevice/ping", {
    tries: 6,
    failures: [{ failure: refused, times: 6 }],
  });
  const probes = [
    outcome("http://www.google.com", { success: "204 No Content" }),
    outcome("https://www.google.com", { tries: 6, failures: [{ failure: refused, times: 6 }] }),
  ];
  const tests = new Map([["lo", { ping, probes, signer: "device" as const }]]);
  const lookup = { host: "ctrl.example.org", addresses: [], problem: "NXDOMAIN" };
  const found = lines(disconnectedBus(), { tests, lookup });
  assertEquals(
    found.filter((line) => /lo: (?!DNS|no proxy)|resolve|passed/.test(line) && !line.includes("port lo")),
    [
      "ERROR: EVE-NET-TCP-001 lo: the controller's port is closed: connection refused",
      "ERROR: lo: GET ctrl.example.org/api/v2/edgedevice/ping: connection refused (6 times)",
      "ERROR: lo: gave up ping after 5 retries",
      "INFO: lo: controller not reachable, trying http://www.google.com, https://www.google.com",
      "WARNING: lo: http://www.google.com answers 204 No Content, ctrl.example.org does not",
      "ERROR: lo: https://www.google.com not reachable either: connection refused (6 times)",
      "ERROR: ctrl.example.org does not resolve: NXDOMAIN",
      "WARNING: 0 of 1 management ports passed",
    ],
  );
});

Deno.test("where every port has a proxy, a name that does not resolve here is no error", () => {
  const port = loopback({ Proxies: [{ type: 1, server: "proxy", port: 3128 }] });
  const lookup = { host: "ctrl.example.org", addresses: [], problem: "NXDOMAIN" };
  const found = lines(disconnectedBus({}, [port]), { tests: new Map(), lookup });
  assert(
    found.includes("INFO: ctrl.example.org does not resolve here (NXDOMAIN); the proxy resolves it"),
    found.join("\n"),
  );
  assert(!found.some((line) => line.startsWith("ERROR: ctrl")));
  const around = { ...port, Exceptions: "example.org" };
  assert(
    lines(disconnectedBus({}, [around]), { tests: new Map(), lookup })
      .includes("ERROR: ctrl.example.org does not resolve: NXDOMAIN"),
    "an exception goes around the proxy",
  );
  const ping = outcome("c/ping", { success: "200 OK", proxy: "http://p:3128" });
  const tests = new Map([["lo", { ping, probes: [], signer: "device" as const }]]);
  assert(
    lines(disconnectedBus({}, [loopback({ Pacfile: "eA==" })]), { tests, lookup })
      .includes("INFO: ctrl.example.org does not resolve here (NXDOMAIN); the proxy resolves it"),
    "a PAC file has named one",
  );
});

const pac = "function FindProxyForURL(url, host) {\n  return 'DIRECT';\n}\n";

function proxyLinesOf(some: Partial<NetworkPortStatus>, showPac = false): string[] {
  const found = lines(disconnectedBus({}, [loopback(some)]), { tests: new Map() }, { showPac });
  const from = found.findIndex((line) => line.startsWith("INFO: lo: DNS"));
  return found.slice(from + 1, found.findIndex((line) => line.includes("management ports passed")));
}

Deno.test("[diag#33] -p prints the PAC file; without it only its size, of the file itself", () => {
  const Pacfile = new TextEncoder().encode(pac).toBase64();
  const size = `INFO: lo: PAC file of ${pac.length} bytes`;
  assertEquals(proxyLinesOf({ Pacfile }), [size]);
  assertEquals(proxyLinesOf({ Pacfile }, true), [size, ...pac.trimEnd().split("\n")]);
});

Deno.test("the proxy block: exceptions, WPAD, http and https proxies without credentials, certificates", () => {
  assertEquals(
    proxyLinesOf({
      Exceptions: "10.0.0.0/8",
      Proxies: [{ type: 0, server: "http://bob:secret@p", port: 80 }, { type: 1, server: "q", port: 0 }, {
        type: 2,
        server: "s",
        port: 1,
      }],
      "pubsub-large-ProxyCertPEM": [new Uint8Array([1]), new Uint8Array([2])],
    }),
    [
      "INFO: lo: no proxy for 10.0.0.0/8",
      "INFO: lo: http proxy http://p:80",
      "INFO: lo: https proxy q",
      "INFO: lo: 2 proxy certificates",
    ],
  );
  assertEquals(proxyLinesOf({ NetworkProxyEnable: true }), [
    "WARNING: lo: the network offers no proxy configuration (WPAD)",
  ]);
  assertEquals(proxyLinesOf({ NetworkProxyEnable: true, NetworkProxyURL: "http://p/pac" }), [
    "INFO: lo: proxy configuration fetched from http://p/pac",
  ]);
  assertEquals(proxyLinesOf({ NetworkProxyEnable: true, WpadURL: "http://wpad/wpad.dat" }), [
    "INFO: lo: proxy configuration discovered at http://wpad/wpad.dat",
  ]);
});

Deno.test("texts of others stay one line, and move no cursor", () => {
  const zedagent = { ...healthyBus().zedagent!, AttestError: "a\nPASS: all is well\u001b[2J" };
  const found = lines(healthyBus({ zedagent }));
  assert(!found.some((line) => line.startsWith("PASS")), found.join("\n"));
});

Deno.test("a text of any length costs no other line, and a cut one lets no password through", () => {
  const LastError = `can't use http://bob:hunter2@proxy ${"x".repeat(200_000)}`;
  const port = loopback({ IfName: "lo\u202e", LastFailed: "2026-08-20T09:00:00Z", LastError });
  const found = lines(disconnectedBus({}, [port]), { tests: new Map() });
  assert(found.includes("WARNING: 0 of 1 management ports passed"));
  assert(found.every((line) => line.length < 1_100), "each is cut");
  assert(!/[\u0080-\u009f\u202e]|hunter2/.test(found.join("")), found.join("\n"));
});

Deno.test("what gives no reason is told as such: a port config, a port; an empty subnet is none", () => {
  const list = ["zedagent", "lastresort"].map((Key) => goDevicePortConfig.make({ Key }));
  const portConfigs = goDevicePortConfigList.make({ CurrentIndex: 1, PortConfigList: list });
  const port = loopback({ LastFailed: "2026-08-20T09:00:00Z", ConfiguredSubnet: { IP: "", Mask: null } });
  const found = lines(disconnectedBus({ portConfigs }, [port]), { tests: new Map() });
  assert(found.includes("WARNING: port config zedagent (priority 0) not in use: it gives no reason"));
  assert(found.includes("ERROR: lo: nim's last test failed, it gives no reason"), found.join("\n"));
  assert(!found.some((line) => line.includes("static subnet")));
});

Deno.test("nim is testing: failures may be temporary, and the state is told", () => {
  const bus = disconnectedBus();
  const network = { ...bus.network!, Testing: true, State: DPCState.DPC_IPDNS_WAIT };
  const found = lines({ ...bus, network }, { tests: new Map() });
  assert(found.includes("INFO: testing port config zedagent (highest priority)"));
  assert(found.includes("WARNING: nim is testing; failures below may be temporary"));
  assert(found.includes("WARNING: state DPC_IPDNS_WAIT"));
  const geo = {
    ip: "198.51.100.9",
    hostname: "",
    city: "Berlin",
    region: "",
    country: "DE",
    loc: "",
    org: "",
    postal: "",
  };
  const AddrInfoList = [{ ...goAddrInfo.make({ Addr: "192.0.2.2" }), Geo: geo }];
  const seen = lines(disconnectedBus({}, [loopback({ AddrInfoList })]), { tests: new Map() });
  assert(
    seen.includes("INFO: port lo: link up mgmt 192.0.2.2, seen from outside as 198.51.100.9, Berlin, DE"),
  );
});
