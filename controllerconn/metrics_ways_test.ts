/** `MetricsMap` where a port has several ways: addresses, proxies, a PAC file (`spec/controllerconn.md §11.1`). */
import { assertEquals } from "@std/assert";
import { mergeMetricsMaps } from "../services/topics/mod.ts";
import { newClient } from "./client.ts";
import type { DeviceNetworkStatus, NetworkPortStatus } from "./device_network_status.ts";
import type { MetricsMap } from "./metrics.ts";
import { newAgentMetrics } from "./metrics_counters.ts";
import { newPurposeCounters } from "./purpose_counters.ts";
import { makeCertificate } from "./testdata/certificates.ts";
import { addresses, clientOptions, network, port, ROOT } from "./testdata/device.ts";
import { type ForwardProxy, startForwardProxy } from "./testdata/forward_proxy.ts";
import { answer, breakOff, type Handler, startServer } from "./testdata/server.ts";
import { withClient } from "./testdata/with_client.ts";
import { urlPathString } from "./url.ts";

const TIME = "2025-03-01T10:00:00.123Z";
const ZERO_TIME = "0001-01-01T00:00:00Z";
const signal = new AbortController().signal;
const HOST = "controller.test";
const server = makeCertificate({ name: HOST, issuer: ROOT, hosts: [HOST] });
const newMetrics = () => newAgentMetrics(() => Date.parse(TIME));

const noURL = {
  TryMsgCount: 0,
  TryByteCount: 0,
  SentMsgCount: 0,
  SentByteCount: 0,
  RecvMsgCount: 0,
  RecvByteCount: 0,
  TotalTimeSpent: 0,
  SessionResume: 0,
};
const noPort = {
  FailureCount: 0,
  SuccessCount: 0,
  LastFailure: ZERO_TIME,
  LastSuccess: ZERO_TIME,
  URLCounters: {},
  AuthFailCount: 0,
};
const failedOnce = (url: string) => ({
  ...noPort,
  FailureCount: 1,
  LastFailure: TIME,
  URLCounters: { [url]: { ...noURL, TryMsgCount: 1 } },
});
const answeredOnce = (url: string, SentByteCount: number, RecvByteCount: number) => ({
  ...noPort,
  SuccessCount: 1,
  LastSuccess: TIME,
  URLCounters: { [url]: { ...noURL, SentMsgCount: 1, SentByteCount, RecvMsgCount: 1, RecvByteCount } },
});

/** Times are not for comparing. */
function timeless(map: MetricsMap): MetricsMap {
  const without = Object.entries(map).map(([ifName, { URLCounters, ...counters }]) => {
    const urls = Object.entries(URLCounters).map(([url, each]) => [url, { ...each, TotalTimeSpent: 0 }]);
    return [ifName, { ...counters, URLCounters: Object.fromEntries(urls) }];
  });
  return Object.fromEntries(without);
}

/** Answers those who come from `good`, hangs up on all others. */
const only = (good: string): Handler => (seen, response) =>
  (seen.from === good ? answer(200, "pong") : breakOff)(seen, response);

Deno.test("[controllerconn#27] several addresses: an answer over the second is no failure; none at all is one failure of 0 bytes", async () => {
  const metrics = newMetrics();
  const deviceNetworkStatus = () =>
    network(
      port("eth0", addresses("127.0.0.2", "127.0.0.3")),
      port("eth1", { ...addresses("127.0.0.4", "127.0.0.5"), Cost: 1 }),
    );
  await withClient({ handler: only("127.0.0.5") }, { metrics, deviceNetworkStatus }, async ({ send }) => {
    const { reqURL, ifName } = await send("uuid", new Uint8Array(0));
    assertEquals(ifName, "eth1");
    assertEquals(timeless(metrics.snapshot()), {
      eth0: failedOnce(reqURL),
      eth1: answeredOnce(reqURL, 104, 4),
    });
  });
});

/** A TLS server that only proxies know the way to, and a client whose port is set by `ways`. */
async function overProxies(
  refusals: readonly (number | undefined)[],
  ways: (proxies: readonly ForwardProxy[]) => Partial<NetworkPortStatus>,
  work: (site: {
    metrics: ReturnType<typeof newMetrics>;
    proxies: readonly ForwardProxy[];
    post: (scheme: "http" | "https") => Promise<{ reqURL: string; code: number }>;
  }) => Promise<void>,
): Promise<void> {
  const metrics = newMetrics();
  const tls = await startServer({ certificate: server, handler: answer(404, "none") });
  const proxies = await Promise.all(refusals.map((code) => startForwardProxy(tls.port, code)));
  const status: DeviceNetworkStatus = network(port("eth0", ways(proxies)));
  const client = newClient(clientOptions({ metrics, deviceNetworkStatus: () => status }));
  try {
    await work({
      metrics,
      proxies,
      async post(scheme) {
        const url = urlPathString(`${scheme}://${HOST}:443`, "", "uuid");
        const { reqURL, lastHTTPStatusCode: code } = await client.sendOnAllIntf(url, new Uint8Array(0), {
          signal,
        });
        return { reqURL, code };
      },
    });
  } finally {
    client.close();
    await Promise.all(proxies.map((proxy) => proxy.close()));
    await tls.close();
  }
}

const HTTP = 0;
const HTTPS = 1;
const explicit = (type: number) => ([proxy]: readonly ForwardProxy[]) => ({
  Proxies: [{ type, server: "127.0.0.1", port: proxy?.port ?? 0 }],
});

Deno.test("[controllerconn#27] through a proxy: the server's URL, the body's bytes alone, and SessionResume stays 0", () =>
  overProxies([undefined], explicit(HTTPS), async ({ metrics, proxies, post }) => {
    const { reqURL, code } = await post("https");
    assertEquals([code, proxies[0]?.asked], [404, [`${HOST}:443`]]);
    assertEquals(timeless(metrics.snapshot()), { eth0: answeredOnce(reqURL, 104, 4) });
    for (let more = 0; more < 3; more++) await post("https");
    const { SessionResume, SentMsgCount } = metrics.snapshot()["eth0"]?.URLCounters[reqURL] ?? noURL;
    assertEquals([SessionResume, SentMsgCount], [0, 4]);
  }));

Deno.test("[controllerconn#27] 407 to CONNECT is a failure of the port, 407 to a plain request is an answer", async () => {
  await overProxies([407], explicit(HTTPS), async ({ metrics, post }) => {
    const { reqURL, code } = await post("https");
    assertEquals([code, timeless(metrics.snapshot())], [0, { eth0: failedOnce(reqURL) }]);
  });
  await overProxies([407], explicit(HTTP), async ({ metrics, post }) => {
    const { reqURL, code } = await post("http");
    assertEquals([code, timeless(metrics.snapshot())], [407, { eth0: answeredOnce(reqURL, 104, 5) }]);
  });
});

Deno.test("[controllerconn#27] a PAC file's second proxy that answers leaves no failure of the first", () => {
  const pac = (proxies: readonly ForwardProxy[]) => ({
    Pacfile: btoa(
      `function FindProxyForURL() { return "${
        proxies.map((proxy) => `PROXY 127.0.0.1:${proxy.port}`).join("; ")
      }"; }`,
    ),
  });
  return overProxies([502, undefined], pac, async ({ metrics, proxies, post }) => {
    const { reqURL } = await post("https");
    assertEquals(proxies.map((proxy) => proxy.asked.length), [1, 1]);
    assertEquals(timeless(metrics.snapshot()), { eth0: answeredOnce(reqURL, 104, 4) });
  });
});

Deno.test("[controllerconn#27] TotalTimeSpent is the time that went by, also when the clock is set while a request is under way", async () => {
  const [metrics, purposes] = [newMetrics(), newPurposeCounters()];
  const [HOURS, MS] = [3_600_000 * 24 * 365, 40];
  const clock = { wall: 0, monotonic: 1000 };
  const handler: Handler = (request, response) => {
    clock.wall += HOURS;
    clock.monotonic += MS;
    answer(200, "pong")(request, response);
  };
  const times = { now: () => clock.wall, monotonic: () => clock.monotonic };
  await withClient({ handler }, { metrics, purposes, ...times }, async ({ send, server, client }) => {
    const { reqURL, error } = await send("ping");
    assertEquals(error, undefined);
    await send("ping");
    assertEquals(metrics.snapshot()["eth0"]?.URLCounters[reqURL]?.TotalTimeSpent, 2 * MS);
    const { TotalTimeMs, LastTimeMs } = purposes.snapshot()["eth0"]?.["test"] ?? {};
    assertEquals([TotalTimeMs, LastTimeMs], [2 * MS, MS]);
    const local = `https://${server.name}/app`;
    await client.sendLocal(local, { ifName: "bn1", sourceAddr: "127.0.0.1" }, undefined, { signal });
    assertEquals(metrics.snapshot()["bn1"]?.URLCounters[local]?.TotalTimeSpent, MS);
  });
});

Deno.test("[controllerconn#28] what went over addresses and proxies adds up per port and URL, later times win", async () => {
  const maps: MetricsMap[] = [];
  const urls = new Set<string>();
  for (const refusal of [undefined, 407]) {
    await overProxies([refusal], explicit(HTTPS), async ({ metrics, post }) => {
      urls.add((await post("https")).reqURL);
      maps.push(timeless(metrics.snapshot()));
    });
  }
  const [url = ""] = urls;
  assertEquals(urls.size, 1);
  assertEquals(mergeMetricsMaps(maps), {
    eth0: {
      FailureCount: 1,
      SuccessCount: 1,
      LastFailure: TIME,
      LastSuccess: TIME,
      URLCounters: {
        [url]: {
          ...noURL,
          TryMsgCount: 1,
          SentMsgCount: 1,
          SentByteCount: 104,
          RecvMsgCount: 1,
          RecvByteCount: 4,
        },
      },
      AuthFailCount: 0,
    },
  });
  assertEquals(mergeMetricsMaps([...maps].reverse()), mergeMetricsMaps(maps));
});

Deno.test("[controllerconn#27] a port visited twice in one call, for a way that led nowhere before, fails once and not at all if it answers then", async () => {
  const [metrics, purposes] = [newMetrics(), newPurposeCounters()];
  const deviceNetworkStatus = () => network(port("eth0", addresses("127.0.0.2", "127.0.0.3")));
  let good = "127.0.0.3";
  let asked = 0;
  const resolve = () =>
    asked++ === 0
      ? Promise.reject(Object.assign(new Error("no such name"), { code: "ENOTFOUND" }))
      : Promise.resolve({ addresses: ["127.0.0.1"], by: "test" });
  await withClient(
    { handler: (seen, response) => only(good)(seen, response) },
    { metrics, purposes, deviceNetworkStatus },
    async ({ send, server }) => {
      const counts = () => {
        const { eth0 } = metrics.snapshot();
        const test = purposes.snapshot()["eth0"]?.["test"];
        return [eth0?.SuccessCount, eth0?.FailureCount, test?.Requests, test?.Failures];
      };
      await send("ping");
      assertEquals(counts(), [1, 0, 1, 0]);
      good = "";
      const { error } = await send("ping");
      assertEquals(new Set(error?.attempts.map(({ sourceAddr }) => sourceAddr)).size, 2);
      assertEquals(counts(), [1, 1, 1, 1]);
      good = "127.0.0.2";
      await send("ping");
      assertEquals(counts(), [2, 1, 2, 1]);
      assertEquals(server.seen.at(-1)?.from, "127.0.0.2");
    },
    { resolve },
  );
});
