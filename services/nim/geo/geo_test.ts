/** Where the device is, asked of a server on this machine. */
import { assertEquals, assertRejects } from "@std/assert";
import { testDevice, until } from "../../agent/test_device.ts";
import {
  type DeviceNetworkStatus,
  goAddrInfo,
  goDeviceNetworkStatus,
  goIPInfo,
  goNetworkPortStatus,
} from "../../topics/mod.ts";
import { askService } from "./ask_service.ts";
import { answeredWith, dueQuestions, noGeo, withGeo } from "./geo_state.ts";
import { openGeo } from "./open_geo.ts";

const hour = 3_600_000;
const now = Date.UTC(2026, 7, 22, 10);
const at = "2026-08-22T10:00:00Z";

function statusWith(
  ...addresses: [string, Partial<ReturnType<typeof goAddrInfo.zero>>?][]
): DeviceNetworkStatus {
  return goDeviceNetworkStatus.make({
    Version: 1,
    Ports: [goNetworkPortStatus.make({
      IfName: "eth0",
      IsMgmt: true,
      DNSServers: ["10.0.0.1"],
      AddrInfoList: addresses.map(([Addr, some]) => goAddrInfo.make({ Addr, ...some })),
    })],
  });
}

/** A service on this machine, for the length of one test. */
async function withService(
  answer: (from: string) => Response,
  work: (url: string) => Promise<void>,
): Promise<void> {
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    (_, { remoteAddr }) => answer(remoteAddr.transport === "tcp" ? remoteAddr.hostname : ""),
  );
  try {
    await work(`http://127.0.0.1:${server.addr.port}/json`);
  } finally {
    await server.shutdown();
  }
}

Deno.test("asked are usable addresses of management ports with name servers, when their place is old", () => {
  const status = statusWith(
    ["10.0.0.7"],
    ["fe80::1"],
    ["169.254.1.1"],
    ["10.0.0.8", { LastGeoTimestamp: "2026-08-22T09:00:01Z" }],
    ["10.0.0.9", { LastGeoTimestamp: "2026-08-22T09:00:00Z" }],
    ["2001:db8::7", { LastGeoTimestamp: "2030-01-01T00:00:00Z" }],
  );
  const due = (value: DeviceNetworkStatus) =>
    dueQuestions(noGeo, value, hour, now).map(({ address }) => address);
  assertEquals(due(status), ["10.0.0.7", "10.0.0.9", "2001:db8::7"]);
  const [port] = status.Ports ?? [];
  if (port === undefined) throw new Error("no port");
  assertEquals(due({ ...status, Ports: [{ ...port, IsMgmt: false }] }), []);
  assertEquals(due({ ...status, Ports: [{ ...port, DNSServers: null }] }), []);
});

Deno.test("a new public address is stored with its time; the same again is not, and is not asked for with every look (W21)", () => {
  const status = statusWith(["10.0.0.7"]);
  const [question] = dueQuestions(noGeo, status, hour, now);
  if (question === undefined) throw new Error("nothing to ask");
  const info = goIPInfo.make({ ip: "192.0.2.1", city: "Berlin" });
  const first = answeredWith(noGeo, question, info, status, now);
  const published = withGeo(status, first.state);
  assertEquals(published.Ports?.[0]?.AddrInfoList?.[0], {
    ...goAddrInfo.make({ Addr: "10.0.0.7" }),
    Geo: info,
    LastGeoTimestamp: at,
  });
  const same = answeredWith(first.state, question, info, published, now + hour);
  assertEquals([first.changed, same.changed], [true, false]);
  assertEquals(dueQuestions(first.state, published, hour, now + hour).length, 1);
  assertEquals(dueQuestions(same.state, published, hour, now + hour + 1).length, 0);
  assertEquals(dueQuestions(same.state, published, hour, now + 2 * hour).length, 1);
  const afterRestart = answeredWith(noGeo, question, info, published, now + hour);
  assertEquals([afterRestart.changed, answeredWith(noGeo, question, goIPInfo.zero(), status, now).changed], [
    false,
    false,
  ]);
});

Deno.test("the service is asked from the very address; what is no answer is an error", async () => {
  await withService((from) => Response.json({ ip: from, city: "Berlin", readme: 1 }), async (url) => {
    assertEquals(await askService(url, "127.0.0.9", new AbortController().signal), {
      ...goIPInfo.zero(),
      ip: "127.0.0.9",
      city: "Berlin",
    });
  });
  const answers: [Response, string][] = [
    [new Response("<html>"), "expected JSON"],
    [Response.json([1]), "expected a JSON object"],
    [new Response("no", { status: 429 }), "expected status 200, got 429"],
    [new Response("x".repeat(20_000)), "more than 16384 bytes"],
    [Response.json({ ip: 7 }), "expected a string"],
  ];
  for (const [answer, text] of answers) {
    await withService(() => answer, async (url) => {
      await assertRejects(() => askService(url, "127.0.0.9", new AbortController().signal), Error, text);
    });
  }
  await assertRejects(() => askService("http://127.0.0.1:1/json", "127.0.0.9", new AbortController().signal));
  await assertRejects(
    () => askService("http://127.0.0.1:1/json", "127.0.0.9", AbortSignal.abort()),
    Error,
    "aborted",
  );
});

Deno.test("switched on, nim looks at once in a while, publishes what is new, and goes on after a failure", async () => {
  await using device = testDevice({ agent: "nim" });
  const status = statusWith(["127.0.0.9"]);
  let changes = 0;
  let answers = 0;
  const respond = (from: string) =>
    ++answers === 1 ? new Response("no", { status: 500 }) : Response.json({ ip: from });
  await withService(respond, async (url) => {
    const items = { int: (key: string) => key === "timer.port.georedo" ? 3600 : 600 };
    const geo = openGeo(device, { url, items, status: () => geo.into(status), changed: () => changes++ });
    assertEquals(answers, 0);
    await device.clock.advance(600_000);
    await until("the first question fails", () => device.logged.some((line) => line.includes("got 500")));
    await device.clock.advance(600_000);
    await until("the place is found", () => changes === 1);
    assertEquals(geo.into(status).Ports?.[0]?.AddrInfoList?.[0]?.Geo.ip, "127.0.0.9");
    const before = answers;
    await device.clock.advance(1_200_000);
    assertEquals([answers, changes], [before, 1]);
    device.end();
    await geo.running;
  });
});
