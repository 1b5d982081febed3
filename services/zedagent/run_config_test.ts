/** The whole program against a real controller: requests, answers, checkpoint. */
import { assert, assertEquals } from "@std/assert";
import { until } from "../agent/test_device.ts";
import { topics } from "../topics/mod.ts";
import { fastClock } from "../agent/fake_clock.ts";
import { configTopics, fileStates } from "./testdata/file_states.ts";
import { openSite, type TestSite, untilConfigGetStatus } from "./testdata/test_site.ts";

const served = (site: TestSite, status: number) =>
  site.configRequests().filter(({ record }) => record.status === status);

/** Waits for so many more answered requests. */
function moreRequests(site: TestSite, count: number, timeoutMs = 10_000): Promise<void> {
  const before = site.configRequests().length;
  return until(`${count} more requests`, () => site.configRequests().length >= before + count, timeoutMs);
}

Deno.test("[zedagent#7][device-api#23] hashes: empty first, then as received, empty again after a restart", async () => {
  await using site = await openSite();
  site.serve({ device_name: "edge-1" });
  site.openGates();
  {
    await using _program = site.start({ clock: fastClock(60) });
    await untilConfigGetStatus(site, 1);
    await until("304", () => served(site, 304).length > 0);
    const full = served(site, 200);
    assertEquals(full[0]?.hash, "");
    assert(full.every(({ hash }) => hash === ""));
    assert(served(site, 304).every(({ hash }) => hash !== ""));
    assertEquals(site.read(topics.zedagent.EdgeNodeInfo)?.DeviceName, "edge-1");
  }
  site.controller.clearRequests();
  await using _again = site.start({ clock: fastClock(60) });
  await until("a request", () => site.configRequests().length > 0);
  assertEquals(site.configRequests()[0]?.hash, "");
});

Deno.test("[zedagent#8][device-api#23] the integrity token goes with each request as soon as it exists", async () => {
  await using site = await openSite();
  site.serve({});
  site.openGates();
  await using program = site.start({ clock: fastClock(60) });
  await untilConfigGetStatus(site, 1);
  assertEquals(site.configRequests()[0]?.token.length, 0);
  program.device.write("/run/eve.integrity_token", new Uint8Array([1, 2, 255]));
  await moreRequests(site, 2);
  assertEquals(site.configRequests().at(-1)?.token, new Uint8Array([1, 2, 255]));
});

Deno.test("[zedagent#9] the gaps between requests lie in [0.3 T, T], a new T asks at once", async () => {
  await using site = await openSite();
  const factor = 40;
  site.serve({});
  site.openGates();
  await using _program = site.start({ clock: fastClock(factor) });
  await untilConfigGetStatus(site, 1);
  await moreRequests(site, 6, 15_000);
  const unchanged = served(site, 304).map(({ record }) => record.at);
  const gaps = unchanged.slice(1).map((at, index) => (at - (unchanged[index] ?? 0)) * factor)
    .sort((left, right) => left - right);
  assert((gaps[0] ?? 0) > 15_000, `gap of ${gaps[0]} ms`);
  // What the requests and a busy machine take counts forty-fold here, and comes on top: not of most of them.
  const middle = gaps[Math.floor(gaps.length / 2)] ?? Infinity;
  assert(middle < 75_000, `gaps of ${gaps.join(", ")} ms`);
  site.serve({ configItems: [{ key: "timer.config.interval", value: "86400" }] });
  await until(
    "the change",
    () => served(site, 200).length > 1 && served(site, 304).at(-1)?.hash !== served(site, 304)[0]?.hash,
  );
  assertEquals(
    site.read(topics.zedagent.ConfigItemValueMap)?.GlobalSettings["timer.config.interval"]?.IntValue,
    86400,
  );
});

Deno.test("a new interval of certificates and of device info takes effect at once, the longest there is without a storm", async () => {
  await using site = await openSite();
  const count = (endpoint: string) =>
    site.controller.requests.filter((record) => record.endpoint === endpoint).length;
  const withIntervals = (certs: number, info: number) => ({
    configItems: [
      { key: "timer.cert.interval", value: String(certs) },
      { key: "timer.deviceinfo.interval", value: String(info) },
    ],
  });
  site.serve(withIntervals(60, 30));
  site.openGates();
  // The defaults are a day and ten minutes: two of each would take minutes even on this clock.
  await using _program = site.start({ clock: fastClock(60) });
  await untilConfigGetStatus(site, 1);
  const before = [count("certs"), count("info")] as const;
  await until("certificates", () => count("certs") >= before[0] + 2, 20_000);
  await until("device infos", () => count("info") >= before[1] + 2, 20_000);
  const longest = 2 ** 32 - 1;
  site.serve(withIntervals(longest, longest));
  const inForce = () =>
    site.read(topics.zedagent.ConfigItemValueMap)?.GlobalSettings["timer.cert.interval"]?.IntValue;
  await until("the longest", () => inForce() === longest);
  await moreRequests(site, 2);
  const [certs, infos] = [count("certs"), count("info")];
  await moreRequests(site, 3);
  assertEquals([count("certs"), count("info")], [certs, infos]);
});

Deno.test("[zedagent#10][device-api#23] 304: status 1, LED 4, no file of the checkpoint touched", async () => {
  await using site = await openSite();
  site.serve({});
  site.openGates();
  await using _program = site.start({ clock: fastClock(60) });
  await untilConfigGetStatus(site, 1);
  await until("certificates", () => site.controller.requests.some(({ endpoint }) => endpoint === "certs"));
  await until("304", () => served(site, 304).length > 0);
  const checkpoint = () => fileStates(`${site.root}/persist/checkpoint`);
  const before = checkpoint();
  for (const file of ["lastconfig", "lastconfig.bak", "controllercerts"]) assert(file in before, file);
  site.controller.faults.add("config", { status: 503, times: 1 });
  await untilConfigGetStatus(site, 2);
  assertEquals(site.led(), 3);
  await untilConfigGetStatus(site, 1);
  await moreRequests(site, 2);
  assertEquals([site.led(), checkpoint()], [4, before]);
});

Deno.test("[zedagent#11] 200 with the hash we have: nothing published anew, status 1", async () => {
  await using site = await openSite();
  site.serve({ device_name: "edge-1" });
  site.openGates();
  await using _program = site.start({ clock: fastClock(60) });
  await untilConfigGetStatus(site, 1);
  // The controller's certificates are published in their own time.
  await until("304", () => served(site, 304).length > 0);
  const files = () => [configTopics(site.root), fileStates(`${site.root}/persist/checkpoint`)];
  const before = files();
  assert("EdgeNodeInfo/global.json" in (before[0] ?? {}));
  site.controller.faults.add("config", { config: { sameHash: "with-config" } });
  await moreRequests(site, 3);
  assertEquals(served(site, 200).length >= 3, true);
  assertEquals(files(), before);
  assertEquals(site.status()?.ConfigGetStatus, 1);
});

Deno.test("[zedagent#12][device-api#30] lastconfig is what was received, byte for byte, 0600, whole at any time", async () => {
  await using site = await openSite();
  site.serve({ device_name: "first" });
  site.openGates();
  {
    await using _program = site.start({ clock: fastClock(60) });
    await until("lastconfig", () => site.lastConfig() !== undefined);
  }
  const envelope = site.lastConfig() ?? new Uint8Array();
  site.serve({ device_name: "x".repeat(50_000) });
  {
    await using _program = site.start({ clock: fastClock(60) });
    await until("the large one", () => (site.lastConfig()?.length ?? 0) > 50_000);
  }
  const large = site.lastConfig()?.length;
  site.controller.faults.add("config", { body: envelope });
  await using _program = site.start({ clock: fastClock(60) });
  const lengths = new Set<number | undefined>();
  await until("the one from before", () => {
    const length = site.lastConfig()?.length;
    lengths.add(length);
    return length === envelope.length;
  });
  assertEquals(site.lastConfig(), envelope);
  assertEquals([...lengths].every((length) => length === large || length === envelope.length), true);
  assertEquals((Deno.statSync(`${site.root}/persist/checkpoint/lastconfig`).mode ?? 0) & 0o777, 0o600);
  assert(site.lastConfig("lastconfig.bak") !== undefined);
});

Deno.test("[zedagent#13][device-api#12] a bad signature: LED 15, the old config stays; an unknown signer: certificates are fetched", async () => {
  await using site = await openSite();
  site.serve({ device_name: "good" });
  site.openGates();
  await using _program = site.start({ clock: fastClock(60) });
  await untilConfigGetStatus(site, 1);
  const before = site.lastConfig();
  const fetches = () => site.controller.requests.filter((record) => record.endpoint === "certs").length;
  const fault = site.controller.faults.add("config", { envelope: "flipped-payload" });
  site.serve({ device_name: "evil" });
  await until("LED 15", () => site.led() === 15);
  await untilConfigGetStatus(site, 2);
  assertEquals(site.lastConfig(), before);
  assertEquals(site.read(topics.zedagent.EdgeNodeInfo)?.DeviceName, "good");
  const fetched = fetches();
  site.controller.faults.remove(fault);
  site.controller.faults.add("config", { envelope: "unknown-hash", times: 1 });
  await until("a fetch of certificates", () => fetches() > fetched);
  await until("the new config", () => site.read(topics.zedagent.EdgeNodeInfo)?.DeviceName === "evil");
});

Deno.test("[zedagent#15] 503 and a refused connection while an update is tested: 3, otherwise 2", async () => {
  await using site = await openSite();
  site.serve({});
  site.openGates();
  await using _program = site.start({ clock: fastClock(60) });
  await untilConfigGetStatus(site, 1);
  site.controller.faults.add("config", { status: 503 });
  await untilConfigGetStatus(site, 2);
  site.node({ UpdateInprogress: true });
  await untilConfigGetStatus(site, 3);
  site.controller.faults.clear();
  await untilConfigGetStatus(site, 1);
  // A port that nobody listens on; the file is read anew for each request.
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  Deno.writeTextFileSync(`${site.root}/config/server`, `localhost:${listener.addr.port}`);
  listener.close();
  await untilConfigGetStatus(site, 3);
  site.node({ UpdateInprogress: false });
  await untilConfigGetStatus(site, 2);
});

Deno.test("[device-api#20] 401 runs client getUuid, with selfRegister where there is an onboarding pair", async () => {
  await using site = await openSite();
  site.serve({});
  site.openGates();
  await using program = site.start({ clock: fastClock(1200) });
  await untilConfigGetStatus(site, 1);
  site.controller.faults.add("config", { status: 401 });
  const asked = () => program.device.commandLines.filter((line) => line.startsWith("client"));
  await until("client", () => asked().length > 0);
  assertEquals(asked()[0], `client --root ${site.root} getUuid`);
  for (const name of ["onboard.cert.pem", "onboard.key.pem"]) {
    program.device.write(`/config/${name}`, "a pair");
  }
  await until("client with the pair", () => asked().at(-1)?.includes("selfRegister") === true);
  assertEquals(asked().at(-1), `client --root ${site.root} selfRegister getUuid`);
});

Deno.test("[device-api#27] 404 runs client getUuid, without waiting for it, and not while a zedclient runs", async () => {
  await using site = await openSite();
  site.serve({});
  site.openGates();
  await using program = site.start({ clock: fastClock(1200) });
  await untilConfigGetStatus(site, 1);
  program.device.write("/run/zedclient.pid", String(Deno.pid));
  site.controller.faults.add("config", { status: 404 });
  await until(
    "a refusal to start it",
    () => program.device.logged.some((line) => line.includes("zedclient is running")),
  );
  const asked = () => program.device.commandLines.filter((line) => line.startsWith("client"));
  assertEquals(asked(), []);
  Deno.removeSync(`${site.root}/run/zedclient.pid`);
  await until("client", () => asked().length > 0);
  assertEquals(asked()[0], `client --root ${site.root} getUuid`);
});

Deno.test("429 with Retry-After: the next config request comes when the controller said, the device goes on", async () => {
  await using site = await openSite();
  const factor = 60;
  site.serve({});
  site.openGates();
  await using _program = site.start({ clock: fastClock(factor) });
  await untilConfigGetStatus(site, 1);
  site.controller.faults.add("config", { status: 429, retryAfter: "180", times: 1 });
  const asked = () => site.controller.requests.filter(({ endpoint }) => endpoint === "config");
  const refused = () => asked().findIndex(({ status }) => status === 429);
  await until("429 and the next one", () => refused() >= 0 && asked().length > refused() + 1, 20_000);
  const [at = 0, next = 0] = asked().slice(refused()).map((record) => record.at);
  assert((next - at) * factor >= 179_000, `${(next - at) * factor} ms`);
});
