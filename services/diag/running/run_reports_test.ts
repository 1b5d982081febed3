/** The running form against a real bus, a real controller and real files; only its clock goes faster. */
import { assert, assertEquals } from "@std/assert";
import { startNameserver } from "../../../controllerconn/testdata/nameserver.ts";
import { startController } from "../../../scripts/controller/mod.ts";
import { fastClock } from "../../agent/fake_clock.ts";
import { testDevice, until } from "../../agent/test_device.ts";
import { openBus, type Publication } from "../../pubsub/mod.ts";
import {
  type ConfigItemValueMap,
  type DeviceNetworkStatus,
  DPCState,
  goAppInstanceSummary,
  type NetworkPortStatus,
  topics,
} from "../../topics/mod.ts";
import { linesOf } from "../screen/budget.ts";
import type { DiagOptions } from "../options.ts";
import { type DiagSite, healthyBus, loopback, openDiagSite, settings } from "../test_site.ts";
import { openBadServer } from "../test_servers.ts";
import { runReports } from "./run_reports.ts";

const longMs = 20_000;

/** A running diag, and the bus it follows. */
class Running implements AsyncDisposable {
  readonly #end = new AbortController();
  readonly bus;
  readonly network: Publication<DeviceNetworkStatus>;
  readonly items: Publication<ConfigItemValueMap>;
  readonly stateFile: string;
  readonly screenFile: string;
  readonly ended: Promise<number>;

  constructor(
    readonly site: DiagSite,
    items: Parameters<typeof settings>[0] | null = noProbes,
    some: Partial<DiagOptions> = {},
  ) {
    const { root, run } = site.made;
    this.stateFile = `${run}/diag.out`;
    this.screenFile = `${run}/screen`;
    this.bus = openBus({ root, signal: this.#end.signal, report: () => {} });
    this.network = this.bus.publication(topics.nim.DeviceNetworkStatus);
    this.items = this.bus.publication(topics.zedagent.ConfigItemValueMap);
    if (items !== null) this.settings(items);
    this.ended = runReports(site.device, {
      form: "forever",
      json: false,
      screenFile: this.screenFile,
      stateFile: this.stateFile,
      size: { rows: 100, columns: 120 },
      showPac: false,
      failLookup: false,
      failPings: false,
      serve: undefined,
      tokenFile: undefined,
      folder: "",
      ...some,
    });
  }

  settings(items: Parameters<typeof settings>[0]): void {
    this.items.publish("global", settings(items));
  }

  /** What opens the gate. */
  publish(State: number, ports?: readonly NetworkPortStatus[]): void {
    const { network, portConfigs } = healthyBus({}, ports);
    if (network !== undefined) this.network.publish("global", { ...network, State });
    this.bus.publication(topics.global.LedBlinkCounter).publish("ledconfig", { BlinkCounter: 2 });
    const list = this.bus.publication(topics.nim.DevicePortConfigList);
    if (portConfigs !== undefined) list.publish("global", portConfigs);
  }

  /** A line of the network that makes another report. */
  touch(Cost: number, State: number = DPCState.DPC_FAIL_WITH_IPANDDNS, port = loopback()): void {
    const { network } = healthyBus({}, [{ ...port, Cost }]);
    if (network !== undefined) this.network.publish("global", { ...network, State });
  }

  report(): string {
    return read(this.stateFile);
  }
  screen(): string {
    return read(this.screenFile);
  }
  until(what: string, look: () => boolean): Promise<void> {
    return until(what, look, longMs).catch((error: Error) => {
      throw new Error(
        `${error.message}\n${this.report()}\n--- screen\n${this.screen()}\n${
          this.site.device.logged.join("\n")
        }`,
      );
    });
  }

  async [Symbol.asyncDispose]() {
    this.site.device.end();
    assertEquals(await this.ended, 0);
    this.#end.abort();
  }
}

const noProbes = { "diag.probe.remote.http.endpoint": "", "diag.probe.remote.https.endpoint": "" };

function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}

const asked = ({ controller }: DiagSite) =>
  controller.requests.map(({ method, endpoint }) => `${method} ${endpoint}`);
const fast = (factor: number) => openDiagSite({ clock: fastClock(factor) });
const down = DPCState.DPC_FAIL_WITH_IPANDDNS;

Deno.test("[diag#1] nothing happens before the settings are there, then before the controller has a name", async () => {
  await using site = await fast(20);
  const server = Deno.readTextFileSync(`${site.made.config}/server`);
  Deno.removeSync(`${site.made.config}/server`);
  await using running = new Running(site, null);
  running.publish(down);
  await site.device.clock.sleep(5_000, new AbortController().signal);
  assertEquals([running.report(), running.screen(), asked(site)], ["", "", []]);
  running.settings(noProbes);
  await running.until("the missing name is told", () => running.screen().includes("EVE-CFG-SERVER-001"));
  await site.device.clock.sleep(15_000, new AbortController().signal);
  assertEquals([running.report(), asked(site)], ["", []]);
  Deno.writeTextFileSync(`${site.made.config}/server`, server);
  await running.until("a report", () => running.report().includes("PASS: all 1 management ports passed"));
  assertEquals(running.screen().match(/EVE-CFG-SERVER-001/g)?.length, 1, "told once");
});

/** A name server that knows no name. */
async function ignorantServer(address: string) {
  const { seen, close } = await startNameserver(address, () => [{ code: "NXDOMAIN" }]);
  return { seen, [Symbol.asyncDispose]: close };
}

Deno.test("[diag#3] before LED, network and port configurations are all there, a report ends after the applications, and is saved", async () => {
  await using site = await fast(20);
  await using running = new Running(site);
  const { network } = healthyBus();
  const { bus } = running;
  bus.publication(topics.zedmanager.AppInstanceSummary).publish(
    "global",
    goAppInstanceSummary.make({ TotalRunning: 2 }),
  );
  await running.until(
    "a saved report",
    () => running.report().endsWith("INFO: apps: 0 starting, 2 running\n"),
  );
  running.network.publish("global", { ...network!, State: down });
  await running.until("another, without the gate", () => running.report().includes("caused by Network"));
  assert(running.report().endsWith("INFO: apps: 0 starting, 2 running\n"), running.report());
  assertEquals(asked(site), [], "and tests nothing");
});

Deno.test("[diag#5] ten quick changes of the LED: one report for the first, one for the rest, at least 5 s apart", async () => {
  await using site = await fast(20);
  await using running = new Running(site);
  running.publish(DPCState.DPC_SUCCESS);
  await running.until("the first report", () => running.report().includes("caused by first"));
  await site.device.clock.sleep(10_000, new AbortController().signal);
  const led = running.bus.publication(topics.global.LedBlinkCounter);
  for (const BlinkCounter of [3, 4, 3, 4, 3, 4, 3, 4, 3, 10]) led.publish("ledconfig", { BlinkCounter });
  await running.until("the last change", () => running.report().includes("summary: onboarding failed"));
  await site.device.clock.sleep(15_000, new AbortController().signal);
  const times = [...running.screen().matchAll(/^INFO: report (\S+) caused by LED$/gm)].map(([, time]) =>
    Date.parse(time ?? "")
  );
  assert(times.length === 1 || times.length === 2, running.screen());
  assert((times[1] ?? Infinity) - (times[0] ?? 0) >= 5_000, times.join());
});

Deno.test("[diag#8] connected: a report makes no request and asks no name server; disconnected it does", async () => {
  await using site = await fast(20);
  await using names = await ignorantServer("127.0.0.61");
  const port = loopback({ DNSServers: ["127.0.0.61"] });
  const connected = DPCState.DPC_SUCCESS;
  await using running = new Running(site);
  running.publish(connected, [port]);
  await running.until("a report", () => running.report().includes("summary:"));
  assertEquals(asked(site), [], "the controller is there, and is not asked");
  Deno.writeTextFileSync(`${site.made.config}/server`, "controller.invalid:443");
  running.touch(1, connected, port);
  await running.until("a second report", () => running.report().includes("(cost 1)"));
  assertEquals(names.seen, []);
  assert(!running.report().includes("resolve"), running.report());
  running.touch(2, down, port);
  await running.until("a third one", () => running.report().includes("EVE-NET-DNS-001"));
  assert(names.seen.length > 0);
});

Deno.test("[diag#9][diag#4] state 2: exactly one ping and one uuid, PASS; the first full report is called first", async () => {
  await using site = await fast(20);
  await using running = new Running(site);
  running.publish(down);
  await running.until("a report", () => running.report().includes("PASS: all 1 management ports passed"));
  assertEquals(asked(site), ["GET ping", "POST uuid"]);
  assert(
    running.report().startsWith("\nINFO: report ") && running.report().includes("caused by first\n"),
    running.report(),
  );
});

Deno.test("[diag#10][diag#13][diag#11] ping answered 500: six about 1 s apart, then probes without a check of certificates; the controller's is checked", async () => {
  await using site = await fast(8);
  const folder = Deno.makeTempDirSync();
  const other = await startController({ dir: folder });
  await using plain = openBadServer("plain-http");
  site.controller.faults.add("ping", { status: 500 });
  await using running = new Running(site, {
    "diag.probe.remote.http.endpoint": `http://127.0.0.1:${plain.port}`,
    "diag.probe.remote.https.endpoint": `https://localhost:${other.port}/`,
  });
  running.publish(down);
  await running.until("the probes", () => running.report().includes("answers"));
  const pings = site.controller.requests.filter(({ endpoint }) => endpoint === "ping");
  assertEquals(pings.length, 6);
  const gaps = pings.slice(1).map(({ at }, index) => at - (pings[index]?.at ?? 0));
  assert(gaps.every((gap) => gap >= 112), gaps.join());
  const report = running.report();
  assert(report.includes("(6 times)\nERROR: lo: gave up ping after 5 retries\n"), report);
  assertEquals(report.match(/gave up/g)?.length, 1, report);
  assert(report.includes(`WARNING: lo: http://127.0.0.1:${plain.port} answers 400`), report);
  assert(report.includes(`WARNING: lo: https://localhost:${other.port}/ answers 404`), report);
  assert(other.requests.every(({ headers }) => headers["x-request-id"] === undefined), "a bare GET");
  Deno.writeTextFileSync(`${site.made.config}/server`, `localhost:${other.port}`);
  running.settings(noProbes);
  const before = other.requests.length;
  running.touch(1);
  await running.until("the other server is not trusted", () => running.report().includes("EVE-NET-TLS-001"));
  assertEquals(other.requests.length, before, "no request to a server that is not trusted, and no probe");
  await other.stop();
  Deno.removeSync(folder, { recursive: true });
});

Deno.test("[diag#12][diag#11] the probe settings of the moment count: none asks nobody but the controller; then one, without restart", async () => {
  await using site = await fast(20);
  await using names = await ignorantServer("127.0.0.63");
  await using plain = openBadServer("plain-http");
  site.controller.faults.add("ping", { status: 500 });
  const port = loopback({ DNSServers: ["127.0.0.63"] });
  await using running = new Running(site);
  running.publish(down, [port]);
  await running.until("the first report", () => running.report().includes("gave up"));
  assert(!running.report().includes("trying http"), running.report());
  assertEquals(names.seen, [], "no name is asked for either: the controller's is an address");
  running.settings({ ...noProbes, "diag.probe.remote.http.endpoint": "probe.invalid" });
  running.touch(2, down, port);
  await running.until(
    "a probe by name",
    () => running.report().includes("http://probe.invalid not reachable"),
  );
  assertEquals([...new Set(names.seen.map(({ name }) => name))], ["probe.invalid"]);
  running.settings({ ...noProbes, "diag.probe.remote.http.endpoint": `127.0.0.1:${plain.port}` });
  running.touch(1);
  await running.until(
    "the probe",
    () => running.report().includes(`http://127.0.0.1:${plain.port} answers 400`),
  );
});

Deno.test("[diag#29] another name in /config/server directs the next tests to the new host", async () => {
  await using site = await fast(20);
  await using other = await openDiagSite();
  await using running = new Running(site);
  running.publish(down);
  await running.until("the first report", () => running.report().includes("PASS: all"));
  Deno.writeTextFileSync(`${site.made.config}/server`, other.server);
  const before = asked(site);
  running.touch(1);
  // Its certificate comes from another root.
  await running.until("the new host", () => running.report().includes("EVE-NET-TLS-001"));
  assert(running.report().includes(`GET ${other.server}/api/v2/edgedevice/ping`), running.report());
  assertEquals(asked(site), before, "and none to the old one");
});

Deno.test("[diag#25][diag#26] the report file has every line, also withheld ones, and is replaced at once", async () => {
  await using site = await fast(20);
  await using running = new Running(site, noProbes, { size: { rows: 6, columns: 80 } });
  running.publish(down);
  await running.until("a report", () => running.report().includes("PASS: all"));
  const first = Deno.openSync(running.stateFile);
  const before = first.statSync();
  assertEquals((before.mode ?? 0) & 0o777, 0o600);
  assert(running.report().trimEnd().endsWith("more lines do not fit on this screen"), running.report());
  const page = running.screen().slice(running.screen().lastIndexOf("\nINFO: report"));
  assert(linesOf(page, 80) <= 6, page);
  assert(page.includes("more lines do not fit"), page);
  running.touch(1);
  await running.until("another report", () => running.report().includes("caused by Network"));
  assert(Deno.statSync(running.stateFile).ino !== before.ino);
  const old = new TextDecoder().decode(await new Response(first.readable).arrayBuffer());
  assert(
    old.includes("caused by first") && old.trimEnd().endsWith("screen"),
    "a reader keeps the report it opened",
  );
  assertEquals(
    Array.from(Deno.readDirSync(site.made.run), ({ name }) => name).filter((name) => name.startsWith("tmp")),
    [],
  );
});

Deno.test("[diag#30] MetricsMap counts the requests by interface and URL; a second diag publishes nothing and reports all the same", async () => {
  const clock = fastClock(20);
  const slept: number[] = [];
  const sleep = (ms: number, signal: AbortSignal) => {
    slept.push(ms);
    return clock.sleep(ms, signal);
  };
  await using site = await openDiagSite({ clock: { ...clock, sleep } });
  await using running = new Running(site);
  running.publish(down);
  const map = () => JSON.parse(site.device.read("/run/diag/MetricsMap/global.json") ?? "{}");
  await running.until("MetricsMap", () => map().lo !== undefined);
  const url = `https://${site.server}/api/v2/edgedevice/ping`;
  assertEquals(map().lo.URLCounters[url]?.SentMsgCount, 1, JSON.stringify(map()));
  assert(slept.some((ms) => ms >= 27_000 && ms <= 33_000), `about 30 s: ${slept.join()}`);
  await using second = testDevice({ root: site.made.root, clock: site.device.clock, agent: "diag" });
  const screenFile = `${site.made.run}/second`;
  const also = runReports(second, {
    form: "forever",
    json: false,
    screenFile,
    stateFile: undefined,
    size: { rows: 40, columns: 80 },
    showPac: false,
    failLookup: false,
    failPings: false,
    serve: undefined,
    tokenFile: undefined,
    folder: "",
  });
  await running.until("the second reports", () => read(screenFile).includes("PASS: all"));
  const refused = () => second.logged.some((line) => line.includes("MetricsMap is not published"));
  await running.until("the second gives way", refused);
  running.touch(1);
  await running.until("the first goes on", () => running.report().includes("caused by Network"));
  second.end();
  assertEquals(await also, 0);
});

Deno.test("[diag#14] a uuid answer of an unknown signer ends the test of the port: a single POST, no repetition", async () => {
  await using site = await fast(20);
  site.controller.faults.add("uuid", { envelope: "unknown-hash" });
  await using running = new Running(site);
  running.publish(down);
  await running.until("a report", () => running.report().includes("0 of 1 management ports passed"));
  assertEquals(asked(site), ["GET ping", "POST uuid"]);
  assert(running.report().includes("EVE-CTL-ENVELOPE-002"), running.report());
});

Deno.test("a uuid answer with a wrong signature is asked for again; a controller that asks for a long wait is left alone", async () => {
  await using site = await fast(20);
  site.controller.faults.add("uuid", { envelope: "wrong-signature" });
  await using running = new Running(site);
  running.publish(down);
  await running.until("six answers", () => running.report().includes("gave up uuid after 5 retries"));
  assertEquals(asked(site), ["GET ping", ...Array.from({ length: 6 }, () => "POST uuid")]);
  site.controller.clearRequests();
  site.controller.faults.add("ping", { status: 429, retryAfter: "120" });
  running.touch(1);
  const told = "gave up ping after 0 retries, the controller asks to wait 120 s";
  await running.until("one ping", () => running.report().includes(told));
  assertEquals(asked(site), ["GET ping"]);
});

Deno.test("[diag#32] without -f there is one report and nothing else on the screen, also where ports are tested, and none before the bus says enough", async () => {
  await using site = await fast(20);
  await using running = new Running(site, noProbes, { form: "first" });
  const { zedagent, network, portConfigs, led } = healthyBus();
  running.bus.publication(topics.zedagent.ZedAgentStatus).publish("zedagent", zedagent!);
  running.network.publish("global", { ...network!, State: down });
  await site.device.clock.sleep(10_000, new AbortController().signal);
  assertEquals(running.screen(), "", "the gate is closed");
  running.bus.publication(topics.global.LedBlinkCounter).publish("ledconfig", led!);
  running.bus.publication(topics.nim.DevicePortConfigList).publish("global", portConfigs!);
  assertEquals(await running.ended, 0);
  assertEquals(running.screen(), running.report());
  assertEquals(running.screen().match(/INFO: report /g)?.length, 1, running.screen());
  assert(running.screen().includes("PASS: all 1 management ports passed"), running.screen());
});

Deno.test("[diag#28] a FIFO for a screen, without a reader and with one that stands still: the report file follows", async () => {
  await using site = await fast(20);
  // Not in a folder that the bus watches: the runtime stops at events of a FIFO (see screen_stream.ts).
  const folder = Deno.makeTempDirSync({ prefix: "eve-diag-fifo-" });
  const screenFile = `${folder}/diag.pipe`;
  assert((await new Deno.Command("mkfifo", { args: [screenFile] }).output()).success);
  await using running = new Running(site, noProbes, { screenFile });
  running.publish(down);
  await running.until("a report without a reader", () => running.report().includes("caused by first"));
  // Such an open of a FIFO never waits, and this one never reads.
  using _reader = Deno.openSync(screenFile, { read: true, write: true });
  const filler = Deno.openSync(screenFile, { write: true });
  filler.writeSync(new Uint8Array(65_536));
  filler.close();
  for (let cost = 1; cost <= 3; cost++) {
    const before = running.report();
    running.touch(cost);
    await running.until(
      `report ${cost}`,
      () => running.report() !== before && running.report().includes(`(cost ${cost})`),
    );
  }
  Deno.removeSync(folder, { recursive: true });
});

Deno.test("-D and -P play failures: a lookup and pings that succeed count as failed, and say so", async () => {
  await using site = await fast(20);
  Deno.writeTextFileSync(`${site.made.config}/server`, `localhost:${site.controller.port}`);
  await using running = new Running(site, noProbes, { failLookup: true, failPings: true });
  running.publish(down);
  await running.until("a report", () => running.report().includes("0 of 1 management ports passed"));
  assert(running.report().includes("counted as a failure (-P) (6 times)"), running.report());
  assert(
    running.report().includes("ERROR: localhost does not resolve: resolves to 127.0.0.1"),
    running.report(),
  );
});

Deno.test("[diag#31] LedBlinkCounter is never written, whatever the requests give", async () => {
  await using site = await fast(20);
  await using running = new Running(site);
  running.publish(down);
  const path = `${site.made.run}/global/LedBlinkCounter/ledconfig.json`;
  await running.until("a report", () => running.report().includes("PASS: all"));
  await site.controller.stop();
  const before = Deno.statSync(path);
  running.touch(1);
  await running.until("a failing report", () => running.report().includes("EVE-NET-TCP-001"));
  const after = Deno.statSync(path);
  assertEquals([after.ino, after.mtime], [before.ino, before.mtime]);
});

Deno.test("a device certificate that appears later is used, and makes a report by itself", async () => {
  await using site = await fast(20);
  const cert = `${site.made.config}/device.cert.pem`;
  const pem = Deno.readTextFileSync(cert);
  Deno.removeSync(cert);
  await using running = new Running(site);
  running.publish(down);
  await running.until(
    "the missing certificate",
    () =>
      running.report().includes("EVE-ID-CERT-001") &&
      running.report().includes("the onboarding certificate stands in for it"),
  );
  Deno.writeTextFileSync(cert, pem);
  await running.until("it is used", () => running.report().includes("PASS: all"));
  assert(running.report().includes("caused by Files"), running.report());
});

Deno.test("a report that the network has overtaken is abandoned: the device connects, and the report says so at once", async () => {
  await using site = await fast(5);
  await using silent = openBadServer("silent");
  Deno.writeTextFileSync(`${site.made.config}/server`, `127.0.0.1:${silent.port}`);
  await using running = new Running(site);
  running.publish(down);
  await running.until("requests are made", () => running.screen().includes("testing the ports"));
  const started = performance.now();
  running.touch(0, DPCState.DPC_SUCCESS);
  await running.until("the new report", () => running.report().includes("caused by Network"));
  assert(performance.now() - started < 12_000, "long before the handshake's timer");
  assert(running.screen().includes("this report is abandoned"), running.screen());
  assert(!running.report().includes("WARNING: state"), running.report());
});

Deno.test("four dead ports: the screen shows what came so far, the report is there in less than 45 s", async () => {
  await using site = await fast(4);
  await using silent = openBadServer("silent");
  Deno.writeTextFileSync(`${site.made.config}/server`, `127.0.0.1:${silent.port}`);
  await using running = new Running(site, {
    "diag.probe.remote.http.endpoint": `http://127.0.0.1:${silent.port}`,
    "diag.probe.remote.https.endpoint": "",
  });
  const started = site.device.clock.monotonic();
  running.publish(down, ["eth0", "eth1", "eth2", "eth3"].map((IfName) => loopback({ IfName })));
  await running.until("partial results", () => running.screen().includes("gave up ping"));
  assertEquals(running.report(), "", "before the report is whole");
  await running.until("the report", () => running.report().includes("0 of 4 management ports passed"));
  assert(site.device.clock.monotonic() - started < 45_000);
  assertEquals(running.report().match(/EVE-NET-TLS-007/g)?.length ?? 0, 4, running.report());
});
