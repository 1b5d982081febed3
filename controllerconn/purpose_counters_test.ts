/** What a request is for, counted over real connections. */
import { assert, assertEquals } from "@std/assert";
import { newClient } from "./client.ts";
import {
  MAX_PORTS,
  newPurposeCounters,
  OTHER_PORTS,
  purposeOf,
  purposes,
  type TrafficByPurpose,
} from "./purpose_counters.ts";
import { addresses, clientOptions, network, port } from "./testdata/device.ts";
import { answer, startServer } from "./testdata/server.ts";
import { withClient } from "./testdata/with_client.ts";
import { urlPathString } from "./url.ts";

const signal = new AbortController().signal;
const none = {
  Requests: 0,
  Failures: 0,
  FailureKinds: {},
  SentBytes: 0,
  ReceivedBytes: 0,
  TotalTimeMs: 0,
  LastTimeMs: 0,
};
/** Times are not for comparing; kinds of failures have their own tests. */
const timeless = (traffic: TrafficByPurpose, ifName: string, purpose: string) => {
  const { TotalTimeMs: _total, LastTimeMs: _last, FailureKinds: _kinds, ...rest } =
    traffic[ifName]?.[purpose] ?? none;
  return rest;
};

Deno.test("each request of the device API has its purpose; app logs are logs; all else is other", () => {
  const base = "https://ctrl.example:8443/api/v2/edgedevice";
  const words = {
    register: "register",
    uuid: "register",
    certs: "certs",
    ping: "test",
    "id/6f1b/config": "config",
    "id/6f1b/compound-config": "config",
    "id/6f1b/attest": "attest",
    "id/6f1b/info": "info",
    "id/6f1b/hardwarehealth": "info",
    "id/6f1b/metrics": "metrics",
    "id/6f1b/newlogs": "logs",
    "id/6f1b/logs": "logs",
    "id/6f1b/apps/instanceid/77/newlogs": "logs",
    "id/6f1b/flowlog": "flowlog",
    "id/6f1b/newlogs?retry=1": "logs",
    "id/6f1b/toString": "other",
    "id/6f1b/__proto__": "other",
    "id/6f1b/constructor": "other",
    "id/6f1b/": "other",
  } as const;
  for (const [word, purpose] of Object.entries(words)) {
    assertEquals(purposeOf(`${base}/${word}`), purpose, word);
  }
  for (
    const url of [
      "",
      "http://wpad.example.com/wpad.dat",
      "https://www.google.com/config",
      "https://x/y?z=/api/v2/edgedevice/config",
      "https://x/y#/edgedevice/config",
    ]
  ) assertEquals(purposeOf(url), "other", url);
});

Deno.test("hostile URLs and port names without end make no more entries than purposes and ports there are", () => {
  const counters = newPurposeCounters();
  const traffic = { sent: 1, received: 2, milliseconds: 3 };
  for (let index = 0; index < 5_000; index++) {
    counters.record(
      `https://x/api/v2/edgedevice/id/${index}/${"a/".repeat(index % 50)}${index}`,
      "eth0",
      traffic,
    );
    counters.recordFailure("https://x/__proto__", `wwan${index}`, "refused");
  }
  counters.record("https://x/api/v2/edgedevice/constructor", "__proto__", traffic);
  const before = JSON.stringify({});
  const snapshot = counters.snapshot();
  assertEquals(JSON.stringify({}), before);
  assertEquals(Object.hasOwn(Object.prototype, "other"), false);
  assertEquals(Object.keys(snapshot).length, MAX_PORTS + 1);
  for (const port of Object.values(snapshot)) {
    assert(Object.keys(port).every((name) => purposes.some((purpose) => purpose === name)));
  }
  assertEquals(timeless(snapshot, "eth0", "other"), {
    Requests: 5_000,
    Failures: 0,
    SentBytes: 5_000,
    ReceivedBytes: 10_000,
  });
  assertEquals(timeless(snapshot, OTHER_PORTS, "other").Failures, 5_000 - (MAX_PORTS - 1));
  assertEquals(timeless(snapshot, OTHER_PORTS, "other").Requests, 1, "__proto__ came too late for a place");
});

Deno.test("a port named __proto__ is a port like any other", () => {
  const counters = newPurposeCounters();
  counters.record("https://x/y", "__proto__", { sent: 1, received: 2, milliseconds: 3 });
  assertEquals(JSON.parse(JSON.stringify(counters.snapshot()))["__proto__"].other.SentBytes, 1);
});

Deno.test("times are whole milliseconds, the sum and the last; each count is told; snapshots are copies", () => {
  let told = 0;
  const counters = newPurposeCounters(() => told++);
  const url = "https://x/api/v2/edgedevice/ping";
  counters.record(url, "eth0", { sent: 0, received: 0, milliseconds: 10.4 });
  const first = counters.snapshot();
  counters.record(url, "eth0", { sent: 0, received: 0, milliseconds: -5 });
  counters.record(url, "eth0", { sent: 0, received: 0, milliseconds: 7.6 });
  counters.recordFailure(url, "eth0", "refused");
  assertEquals(counters.snapshot()["eth0"]?.["test"], {
    ...none,
    Requests: 3,
    Failures: 1,
    FailureKinds: { refused: 1 },
    TotalTimeMs: 18,
    LastTimeMs: 8,
  });
  assertEquals([first["eth0"]?.["test"]?.TotalTimeMs, told], [10, 4]);
});

Deno.test("an enveloped POST counts its wrapped bytes, a refused request counts as any other", async () => {
  const counters = newPurposeCounters();
  const device = () => network(port("eth0"));
  await withClient(
    { handler: answer(200, "answer"), host: "127.0.0.1" },
    { purposes: counters, deviceNetworkStatus: device },
    async ({ send, server, client }) => {
      await send("uuid", new Uint8Array(0));
      const posted = server.seen.at(-1)?.body.length ?? 0;
      assertEquals([posted, timeless(counters.snapshot(), "eth0", "register")], [
        104,
        { Requests: 1, Failures: 0, SentBytes: 104, ReceivedBytes: 6 },
      ]);
      const app = urlPathString(server.name, "6f1b", "apps/instanceid/77/newlogs");
      await client.sendOnAllIntf(app, new Uint8Array(1000), { signal });
      const logs = timeless(counters.snapshot(), "eth0", "logs");
      assertEquals(logs.SentBytes, server.seen.at(-1)?.body.length);
      assert(logs.SentBytes > 1000);
      await client.sendOnIntf(`https://${server.name}/else`, "eth0", new Uint8Array(5), { signal });
      assertEquals(timeless(counters.snapshot(), "eth0", "other").SentBytes, 5);
      assertEquals(Object.keys(counters.snapshot()["eth0"] ?? {}), ["register", "logs", "other"]);
    },
  );
  const refusing = newPurposeCounters();
  await withClient(
    { handler: answer(503, "not now") },
    { purposes: refusing, deviceNetworkStatus: device },
    async ({ send }) => {
      await send("id/6f1b/config", new Uint8Array(3));
      const { Requests, Failures, ReceivedBytes } = timeless(refusing.snapshot(), "eth0", "config");
      assertEquals([Requests, Failures, ReceivedBytes], [1, 0, 7]);
    },
  );
});

Deno.test("a port without an answer counts one failure, however many addresses; a dry run counts nothing", async () => {
  const counters = newPurposeCounters();
  const gone = await startServer({ handler: answer(200) });
  await gone.close();
  const ports = () =>
    network(port("eth0", addresses("127.0.0.1", "127.0.0.2")), port("eth1", { ...addresses(), Cost: 1 }));
  const client = newClient(clientOptions({ purposes: counters, deviceNetworkStatus: ports }));
  const url = urlPathString(`localhost:${gone.port}`, "", "ping");
  try {
    await client.verifyAllIntf(url, 0, { signal });
    await client.sendOnAllIntf(url, undefined, { signal, dryRun: true });
    assertEquals(counters.snapshot(), {});
    await client.sendOnAllIntf(url, undefined, { signal });
    assertEquals(counters.snapshot(), {
      eth0: { test: { ...none, Failures: 1, FailureKinds: { refused: 1 } } },
      eth1: { test: { ...none, Failures: 1, FailureKinds: { "no-address": 1 } } },
    });
  } finally {
    client.close();
  }
});
