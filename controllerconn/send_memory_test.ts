/** A dead way costs one time-out, and not one for each request. */
import { assertEquals, assertGreaterOrEqual, assertLess, assertStringIncludes } from "@std/assert";
import { newClientWith } from "./client.ts";
import type { DeviceNetworkStatus } from "./device_network_status.ts";
import { through } from "./testdata/behind_proxy.ts";
import { addresses, clientOptions, network, port } from "./testdata/device.ts";
import { withFullQueue } from "./testdata/full_queue.ts";
import { answer, type Handler, startServer } from "./testdata/server.ts";
import { until } from "./testdata/until.ts";
import { withClient } from "./testdata/with_client.ts";

const signal = new AbortController().signal;
const DIAL_MS = 1500;

class Bench {
  now = 1_000_000;
  dialTimeoutMs = DIAL_MS;
  constructor(public status: DeviceNetworkStatus) {}

  /** One client for the whole of `work`, which gets a send: which port answered, how long it took. */
  async run(
    work: (send: () => Promise<{ ifName: string; milliseconds: number; text: string }>) => Promise<void>,
  ): Promise<void> {
    const server = await startServer({ handler: answer(200, "ok") });
    const options = clientOptions({
      deviceNetworkStatus: () => this.status,
      dialTimeoutMs: () => this.dialTimeoutMs,
      sendTimeoutMs: () => 20_000,
      monotonic: () => this.now,
    });
    const resolve = () => Promise.resolve({ addresses: ["127.0.0.1"], by: "test" });
    const client = newClientWith(options, { resolve });
    try {
      await work(async () => {
        const started = performance.now();
        const url = `http://controller.example:${server.port}/x`;
        const { ifName, error } = await client.sendOnAllIntf(url, undefined, { signal });
        return { ifName, milliseconds: performance.now() - started, text: error?.message ?? "" };
      });
    } finally {
      client.close();
      await server.close();
    }
  }
}

/** Cheap, and black-holed: connections to its proxy are never accepted. */
const deadPort = (proxy: number, changes = {}) =>
  port("eth0", { ...addresses("127.0.0.2"), ...through("127.0.0.1", proxy), ...changes });
const dear = port("eth1", { ...addresses("127.0.0.3"), Cost: 9 });

Deno.test("the cheap port is dead: one time-out, then the dear one is used straight; after a minute the cheap one is tried again", () =>
  withFullQueue((dead) => {
    const bench = new Bench(network(deadPort(dead), dear));
    return bench.run(async (send) => {
      const first = await send();
      assertEquals([first.ifName, first.text], ["eth1", ""]);
      assertGreaterOrEqual(first.milliseconds, DIAL_MS - 10);
      for (let count = 0; count < 3; count++) {
        const next = await send();
        assertEquals(next.ifName, "eth1");
        assertLess(next.milliseconds, DIAL_MS - 100);
      }
      bench.now += 60_000;
      assertGreaterOrEqual((await send()).milliseconds, DIAL_MS - 10, "tried again");
      assertLess((await send()).milliseconds, DIAL_MS - 100, "and remembered again");
    });
  }));

Deno.test("when the dead port changes it is tried again, also when the way is good now", () =>
  withFullQueue((dead) => {
    const bench = new Bench(network(deadPort(dead), dear));
    return bench.run(async (send) => {
      await send();
      assertLess((await send()).milliseconds, DIAL_MS - 100);
      bench.status = network(deadPort(dead, { DNSServers: ["127.0.0.99"] }), dear);
      assertGreaterOrEqual((await send()).milliseconds, DIAL_MS - 10);
      bench.status = network(deadPort(dead, { Proxies: null }), dear);
      assertEquals((await send()).ifName, "eth0");
    });
  }));

Deno.test("a single port that is remembered is tried all the same, with the short dial timer", () =>
  withFullQueue((dead) => {
    const bench = new Bench(network(deadPort(dead)));
    return bench.run(async (send) => {
      assertStringIncludes((await send()).text, `within the dial timer of ${DIAL_MS} ms`);
      bench.dialTimeoutMs = 15_000;
      const again = await send();
      assertStringIncludes(again.text, "within the dial timer of 3000 ms");
      assertLess(again.milliseconds, 12_000);
      bench.dialTimeoutMs = 0;
      assertStringIncludes((await send()).text, "within the dial timer of 3000 ms", "also without one");
      bench.dialTimeoutMs = 100;
      assertStringIncludes((await send()).text, "within the dial timer of 100 ms");
    });
  }));

Deno.test("a kept connection on which nobody answers takes the other idle ones with it: they lead to the same nowhere", async () => {
  let isSilent = false;
  const handler: Handler = (request, response) => {
    if (!isSilent) setTimeout(() => answer(200, "ok")(request, response), 50);
  };
  let sendTimeoutMs = 5000;
  await withClient({ handler }, { sendTimeoutMs: () => sendTimeoutMs }, async ({ server, send }) => {
    await Promise.all([1, 2, 3].map(() => send("ping")));
    assertEquals([server.open(), server.connections()], [3, 3]);
    [isSilent, sendTimeoutMs] = [true, 200];
    assertEquals((await send("ping")).error?.kind, "timeout");
    await until(() => server.open() === 0, "no open connection");
    [isSilent, sendTimeoutMs] = [false, 5000];
    assertEquals((await send("ping")).error?.message, undefined);
    assertEquals([server.seen.length, server.connections()], [5, 4]);
  });
});

Deno.test("a server that lets requests hang over one port: the next port has its turn before the other addresses of the first", async () => {
  const cheap = port("eth0", addresses("127.0.0.2", "127.0.0.3", "127.0.0.4"));
  let ports = network(cheap, port("eth1", { ...addresses("127.0.0.5"), Cost: 9 }));
  let good = "127.0.0.5";
  const handler: Handler = (request, response) => {
    if (request.from === good) answer(200, "ok")(request, response);
  };
  const options = { sendTimeoutMs: () => 400, deviceNetworkStatus: () => ports };
  await withClient({ handler }, options, async ({ server, send }) => {
    const from = () => server.seen.splice(0).map((seen) => seen.from);
    const { ifName, error } = await send("ping");
    assertEquals([ifName, error, from()], ["eth1", undefined, ["127.0.0.2", "127.0.0.5"]]);
    good = "127.0.0.3";
    ports = network(cheap);
    assertEquals([(await send("ping")).ifName, from()], ["eth0", ["127.0.0.2", "127.0.0.3"]]);
  });
});

Deno.test("a call that is over names each port that was not tried once", async () => {
  const ports = ["eth0", "eth1", "eth2", "eth3"].map((name, index) =>
    port(name, addresses(`127.0.0.${index + 2}`, `127.0.1.${index + 2}`))
  );
  const options = { sendTimeoutMs: () => 150, deviceNetworkStatus: () => network(...ports) };
  await withClient({ handler: () => {} }, options, async ({ send }) => {
    const { error } = await send("ping");
    const untried = error?.attempts.filter(({ text }) => text.startsWith("not tried")) ?? [];
    assertEquals(new Set(untried.map(({ ifName }) => ifName)).size, untried.length, error?.message);
    assertEquals(untried.at(-1)?.ifName, "eth3");
  });
});

Deno.test("[controllerconn#7] an answer ends the port for the whole call, also where a way of it was put off", async () => {
  let asked = 0;
  const resolve = () =>
    asked++ === 0
      ? Promise.reject(Object.assign(new Error("no such name"), { code: "ENOTFOUND" }))
      : Promise.resolve({ addresses: ["127.0.0.1"], by: "test" });
  const deviceNetworkStatus = () => network(port("eth0", addresses("127.0.0.2", "127.0.0.3")));
  await withClient({ handler: answer(503) }, { deviceNetworkStatus }, async ({ server, send }) => {
    for (let count = 0; count < 2; count++) assertEquals((await send("ping")).httpStatus, 503);
    assertEquals(server.seen.map(({ from }) => from), ["127.0.0.3", "127.0.0.3"]);
  }, { resolve });
});
