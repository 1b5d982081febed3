/** When `client` sends: the network gate, the back-off, another server. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { startController } from "../../scripts/controller/mod.ts";
import { until } from "../agent/test_device.ts";
import { systemClock } from "../agent/mod.ts";
import { goAddrInfo } from "../topics/mod.ts";
import { makeSite, network, startClient } from "./test_site.ts";

const never = new AbortController().signal;

Deno.test("[client#8] no request while the management ports have only link-local addresses", async () => {
  await using site = await makeSite();
  site.nim.publish("global", network(3, ["169.254.7.7", "fe80::1"]));
  await using client = startClient(site, "selfRegister getUuid");
  await systemClock.sleep(500, never);
  assertEquals([site.requests(), client.ended()], [[], undefined]);
});

Deno.test("[client#8] addresses of other ports do not count", async () => {
  await using site = await makeSite();
  const status = network(3, []);
  const [port] = status.Ports ?? [];
  assert(port !== undefined);
  const other = {
    ...port,
    IfName: "eth1",
    IsMgmt: false,
    AddrInfoList: [goAddrInfo.make({ Addr: "127.0.0.1" })],
  };
  site.nim.publish("global", { ...status, Ports: [port, other] });
  await using client = startClient(site, "selfRegister getUuid");
  await systemClock.sleep(300, never);
  assertEquals([site.requests(), client.ended()], [[], undefined]);
});

for (const state of [0, 1, 4, 5, 6, 8, 9]) {
  Deno.test(`[client#9] no request in DPC state ${state}`, async () => {
    await using site = await makeSite();
    site.nim.publish("global", network(state));
    await using client = startClient(site, "selfRegister getUuid");
    await systemClock.sleep(250, never);
    assertEquals([site.requests(), client.ended()], [[], undefined]);
  });
}

for (const state of [2, 3, 7]) {
  Deno.test(`[client#9] requests in DPC state ${state}`, async () => {
    await using site = await makeSite();
    site.nim.publish("global", network(state));
    await using client = startClient(site, "selfRegister getUuid");
    assertEquals(await client.code, 0);
  });
}

Deno.test("[client#10] a network message that opens the gate starts a request at once", async () => {
  await using site = await makeSite();
  site.nim.publish("global", network(4));
  await using client = startClient(site, "selfRegister getUuid", { speed: 0.2 });
  await systemClock.sleep(300, never);
  assertEquals(site.requests(), []);
  // Only the state changes, and the first tick is not due before 0.9 s, 4.5 s here.
  site.nim.publish("global", network(3));
  await until("the first request", () => site.requests().length > 0, 4_000);
  assertEquals(await client.code, 0);
});

Deno.test("a port that nim no longer counts as failed is used again, though nothing but its test result changed (W7)", async () => {
  await using site = await makeSite();
  const status = network(3);
  const [lo] = status.Ports ?? [];
  assert(lo !== undefined);
  const failed = { ...lo, LastFailed: "2026-01-02T00:00:00Z", LastSucceeded: "2026-01-01T00:00:00Z" };
  const AddrInfoList = [goAddrInfo.make({ Addr: "192.0.2.77" })];
  const away = { ...lo, IfName: "no-such-port", Logicallabel: "no-such-port", AddrInfoList };
  site.nim.publish("global", { ...status, Ports: [failed, away] });
  await using client = startClient(site, "selfRegister getUuid", { speed: 5 });
  const tried = () => client.device.logged.some((line) => line.includes("192.0.2.77"));
  await until("a try over the other port", tried);
  assertEquals(site.requests(), []);
  site.nim.publish("global", {
    ...status,
    Ports: [{ ...failed, LastSucceeded: "2026-01-03T00:00:00Z" }, away],
  });
  assertEquals(await client.code, 0);
});

Deno.test("[client#14] passes about 1, 3, 7, 15, 31 s after the start, within the jitter", async () => {
  await using site = await makeSite({ serials: [] });
  site.nim.publish("global", network());
  const speed = 5;
  await using client = startClient(site, "getUuid", { speed });
  await until(
    "six passes",
    () => site.requests().filter((kind) => kind === "POST uuid").length === 6,
    30_000,
  );
  const requests = site.controller.requests.filter(({ endpoint }) => endpoint === "uuid");
  // The first pass is the start of the clock: a loaded machine starts the program late.
  const times = requests.map(({ at }) => (at - (requests[0]?.at ?? 0)) / 1000 * speed);
  for (const [index, expected] of [0, 1, 3, 7, 15, 31].entries()) {
    assertAlmostEquals(times[index] ?? NaN, expected, 0.1 * expected + 2, times.join(" "));
  }
  assertEquals(client.ended(), undefined);
});

Deno.test("[client#28] another name in /config/server while waiting: GET certs at the new host, then onboarded there", async () => {
  await using site = await makeSite({ serials: [] });
  const dir = `${site.files.root}/other`;
  const other = await startController({ dir, pki: site.controller.pki });
  try {
    assert(site.files.onboard !== undefined);
    other.addOnboard(site.files.onboard.certPem, ["*"]);
    site.nim.publish("global", network());
    await using client = startClient(site, "selfRegister getUuid", { speed: 4 });
    await site.controller.waitForRequest(({ endpoint }) => endpoint === "uuid");
    Deno.writeTextFileSync(`${site.files.config}/server`, ` ${other.server} \n`);
    const before = site.requests().length;
    assertEquals(await client.code, 0);
    assertEquals(other.requests.map(({ endpoint }) => endpoint), ["certs", "register", "uuid"]);
    // The next tick already went to the new host: the old one saw no more than the rest of a pass under way.
    const pass = ["POST register", "POST uuid"];
    assert(site.requests().length <= before + pass.length, site.requests().join(", "));
  } finally {
    await other.stop();
  }
});

Deno.test("timeouts follow the configuration: timer.send.timeout ends a request to a controller that hangs", async () => {
  await using site = await makeSite();
  site.controller.faults.add("certs", { hang: true, times: 1 });
  Deno.mkdirSync(`${site.files.run}/zedagent/ConfigItemValueMap`, { recursive: true });
  const item = { Key: "timer.send.timeout", ItemType: 1, IntValue: 1 };
  Deno.writeTextFileSync(
    `${site.files.run}/zedagent/ConfigItemValueMap/global.json`,
    JSON.stringify({ GlobalSettings: { "timer.send.timeout": item }, AgentSettings: {} }),
  );
  site.nim.publish("global", network());
  await using client = startClient(site, "selfRegister getUuid");
  assertEquals(await client.code, 0);
  assertEquals(site.requests(), ["GET certs", "GET certs", "POST register", "POST uuid"]);
});

for (const phase of [undefined, "certs", "register", "uuid"] as const) {
  Deno.test(`a signal ends a run within 2 s that waits for ${phase ?? "the network"}`, async () => {
    await using site = await makeSite();
    if (phase !== undefined) {
      site.controller.faults.add(phase, { hang: true });
      site.nim.publish("global", network());
    }
    await using client = startClient(site, "selfRegister getUuid");
    if (phase !== undefined) {
      await until("the request", () => site.controller.requests.some(({ endpoint }) => endpoint === phase));
    }
    const ended = performance.now();
    client.device.end();
    assertEquals(await client.code, 1);
    assert(performance.now() - ended < 2_000);
    assertEquals(site.read("/persist/status/zedclient/OnboardingStatus/global.json"), undefined);
  });
}
