/** A new network state while requests are under way. */
import { assertEquals, assertLess, assertStringIncludes } from "@std/assert";
import { newClientWith } from "./client.ts";
import type { DeviceNetworkStatus } from "./device_network_status.ts";
import { newAgentMetrics } from "./metrics_counters.ts";
import { addresses, clientOptions, network, port, SERVER } from "./testdata/device.ts";
import { answer, type Handler, startServer, type TestServer } from "./testdata/server.ts";
import { until } from "./testdata/until.ts";
import type { Client } from "./types.ts";

const signal = new AbortController().signal;
const BODY = new Uint8Array(10);

interface Bench {
  readonly server: TestServer;
  readonly client: Client;
  readonly url: string;
  /** Hands over the new state, and says so. */
  change(status: DeviceNetworkStatus): void;
}

/** Requests from 127.0.0.2 are never answered. */
async function withBench(
  first: DeviceNetworkStatus,
  work: (bench: Bench) => Promise<void>,
  handler?: Handler,
): Promise<void> {
  const hanging: Handler = (request, response) => {
    if (request.from !== "127.0.0.2") answer(200, "ok")(request, response);
  };
  const server = await startServer({ certificate: SERVER, handler: handler ?? hanging });
  let status = first;
  const options = clientOptions({
    deviceNetworkStatus: () => status,
    sendTimeoutMs: () => 30_000,
    metrics: newAgentMetrics(() => 0),
  });
  const resolve = () => Promise.resolve({ addresses: ["127.0.0.1"], by: "test" });
  const client = newClientWith(options, { resolve });
  const change = (next: DeviceNetworkStatus) => {
    status = next;
    client.networkChanged();
  };
  try {
    await work({ server, client, url: `localhost:${server.port}/x`, change });
  } finally {
    client.close();
    await server.close();
  }
}

const sources = (server: TestServer) => server.seen.map(({ from }) => from);

Deno.test("a request that hangs on an address that has left ends at once, and goes out over the new state", () =>
  withBench(network(port("eth0", addresses("127.0.0.2"))), async ({ server, client, url, change }) => {
    const sending = client.sendOnAllIntf(url, BODY, { signal });
    await until(() => server.seen.length === 1, "the request has arrived");
    const started = performance.now();
    change(network(port("eth0", addresses("127.0.0.3"))));
    const result = await sending;
    assertEquals([result.error, result.httpStatus], [undefined, 200]);
    assertLess(performance.now() - started, 10_000);
    assertEquals(sources(server), ["127.0.0.2", "127.0.0.3"]);
    const ids = new Set(server.seen.map(({ headers }) => headers["x-request-id"]));
    assertEquals(ids.size, 2);
    await until(() => server.open() === 1, "the old connection has ended");
  }));

Deno.test("ports of the old state are not tried in between: they may be as far out of date", () =>
  withBench(
    network(port("eth0", addresses("127.0.0.2")), port("eth1", { ...addresses("127.0.0.4"), Cost: 9 })),
    async ({ server, client, url, change }) => {
      const sending = client.sendOnAllIntf(url, BODY, { signal });
      await until(() => server.seen.length === 1, "the request has arrived");
      change(network(port("eth0", addresses("127.0.0.3"))));
      assertEquals([(await sending).ifName, sources(server)], ["eth0", ["127.0.0.2", "127.0.0.3"]]);
    },
  ));

Deno.test("a port that is gone: its request goes out over another one; sendOnIntf says that it is gone", () =>
  withBench(network(port("eth0", addresses("127.0.0.2"))), async ({ server, client, url, change }) => {
    const over = [
      client.sendOnAllIntf(url, BODY, { signal }),
      client.sendOnIntf(url, "eth0", BODY, { signal }),
    ] as const;
    await until(() => server.seen.length === 2, "the requests have arrived");
    change(network(port("eth1", addresses("127.0.0.3"))));
    const [all, one] = await Promise.all(over);
    assertEquals([all.error?.message, all.ifName], [undefined, "eth1"]);
    assertEquals([one.error?.kind, one.error?.attempts[0]?.text], [
      "no-port",
      "missing port status for interface eth0",
    ]);
  }));

Deno.test("an address that moves to another port has left its port", () =>
  withBench(
    network(port("eth0", addresses("127.0.0.2")), port("eth1", { ...addresses("127.0.0.9"), Cost: 9 })),
    async ({ server, client, url, change }) => {
      const sending = client.sendOnAllIntf(url, BODY, { signal });
      await until(() => server.seen.length === 1, "the request has arrived");
      change(
        network(port("eth0", addresses("127.0.0.3")), port("eth1", { ...addresses("127.0.0.2"), Cost: 9 })),
      );
      assertEquals([(await sending).ifName, sources(server)], ["eth0", ["127.0.0.2", "127.0.0.3"]]);
    },
  ));

Deno.test("requests on addresses that stay go on undisturbed", async () => {
  const waiting: (() => void)[] = [];
  const handler: Handler = (request, response) => {
    waiting.push(() => answer(200, "late")(request, response));
  };
  await withBench(network(port("eth0", addresses("127.0.0.2"))), async ({ server, client, url, change }) => {
    const sending = client.sendOnAllIntf(url, BODY, { signal });
    await until(() => server.seen.length === 1, "the request has arrived");
    change(network(port("eth0", { ...addresses("127.0.0.2", "127.0.0.3"), Cost: 3 }), port("eth1")));
    for (const go of waiting) go();
    const result = await sending;
    assertEquals([result.error, new TextDecoder().decode(result.contents), server.seen.length], [
      undefined,
      "late",
      1,
    ]);
  }, handler);
});

Deno.test("nothing is left: the error names the address that was lost", () =>
  withBench(network(port("eth0", addresses("127.0.0.2"))), async ({ server, client, url, change }) => {
    const sending = client.sendOnAllIntf(url, BODY, { signal });
    await until(() => server.seen.length === 1, "the request has arrived");
    change(network());
    const { error } = await sending;
    assertEquals(error?.kind, "no-port");
    assertStringIncludes(error?.message ?? "", "No management interfaces");
  }));

Deno.test("the caller's signal still ends a request that follows the network", () =>
  withBench(network(port("eth0", addresses("127.0.0.2"))), async ({ server, client, url, change }) => {
    const abort = new AbortController();
    const sending = client.sendOnAllIntf(url, BODY, { signal: abort.signal });
    await until(() => server.seen.length === 1, "the request has arrived");
    abort.abort();
    change(network(port("eth0", addresses("127.0.0.3"))));
    assertEquals([(await sending).error?.kind, server.seen.length], ["aborted", 1]);
  }));

Deno.test("a name that is being resolved over an address that has left ends at once, too", async () => {
  let status = network(port("eth0", addresses("127.0.0.2")));
  const asked: string[] = [];
  const server = await startServer({ certificate: SERVER, handler: answer(200) });
  const client = newClientWith(clientOptions({ deviceNetworkStatus: () => status, dialTimeoutMs: () => 0 }), {
    resolve: (_, { sourceAddr }) => {
      asked.push(sourceAddr);
      if (sourceAddr === "127.0.0.2") return new Promise<never>(() => {});
      return Promise.resolve({ addresses: ["127.0.0.1"], by: "test" });
    },
  });
  const sending = client.sendOnAllIntf(`localhost:${server.port}/x`, undefined, { signal });
  await until(() => asked.length === 1, "the name is asked for");
  status = network(port("eth0", addresses("127.0.0.3")));
  client.networkChanged();
  assertEquals([(await sending).error?.message, asked], [undefined, ["127.0.0.2", "127.0.0.3"]]);
  client.close();
  await server.close();
});
