/** What a server says on a kept connection without being asked, and what is no HTTP. */
import { assertEquals } from "@std/assert";
import net, { type AddressInfo, type Socket } from "node:net";
import { newClient } from "../client.ts";
import { clientOptions } from "../testdata/device.ts";
import { until } from "../testdata/until.ts";
import type { SendResult } from "../types.ts";

const signal = new AbortController().signal;
const ok = (body: string) => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

interface Bench {
  /** Open connections now. */
  readonly sockets: ReadonlySet<Socket>;
  readonly counts: { connections: number; requests: number };
  send(): Promise<SendResult>;
}

/** A plain server that answers each request by what `reply` gives for its number, from 1. */
async function withServer(
  reply: (request: number) => string,
  work: (bench: Bench) => Promise<void>,
): Promise<void> {
  const sockets = new Set<Socket>();
  const counts = { connections: 0, requests: 0 };
  const server = net.createServer((socket) => {
    counts.connections++;
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    socket.on("data", () => socket.write(reply(++counts.requests)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const { port } = server.address() as AddressInfo;
  const client = newClient(clientOptions());
  try {
    await work({
      sockets,
      counts,
      send: () => client.sendOnAllIntf(`http://127.0.0.1:${port}/x`, undefined, { signal }),
    });
  } finally {
    client.close();
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
}

const textOf = (result: SendResult) => result.error?.message ?? new TextDecoder().decode(result.contents);

Deno.test("bytes on an idle kept connection end it, and are never the answer to the next request", async () => {
  for (const unasked of [ok("evil"), "garbage", "H"]) {
    await withServer((request) => ok(`answer ${request}`), async ({ sockets, counts, send }) => {
      assertEquals([textOf(await send()), textOf(await send()), counts.connections], [
        "answer 1",
        "answer 2",
        1,
      ]);
      for (const socket of sockets) socket.write(unasked);
      await until(() => sockets.size === 0, "the connection has ended");
      assertEquals([textOf(await send()), counts], ["answer 3", { connections: 2, requests: 3 }]);
    });
  }
});

Deno.test("a second answer right behind the first one is not taken for the next", () =>
  withServer(
    (request) => request === 1 ? ok("answer 1") + ok("evil") : ok(`answer ${request}`),
    async ({ sockets, send }) => {
      const first = await send();
      assertEquals(first.error === undefined || first.error.kind === "bad-answer", true, textOf(first));
      await until(() => sockets.size === 0, "the connection has ended");
      assertEquals(textOf(await send()), "answer 2");
    },
  ));

Deno.test("no HTTP on a kept connection is a broken answer at once, and not asked for again", () =>
  withServer(
    (request) => request === 1 ? ok("answer 1") : "this is no HTTP\r\n\r\n",
    async ({ counts, send }) => {
      assertEquals(textOf(await send()), "answer 1");
      const { error } = await send();
      assertEquals([error?.kind, error?.layer], ["bad-answer", "http"], error?.message);
      assertEquals(counts, { connections: 1, requests: 2 });
    },
  ));

Deno.test("a connection that was retired while in use ends with its request", async () => {
  const { Connections } = await import("./connections.ts");
  const { network, port } = await import("../testdata/device.ts");
  const connections = new Connections(60_000);
  const key = { port: port("eth0"), sourceAddr: "127.0.0.1", proxy: "direct" };
  const agent = connections.agent(key);
  assertEquals(connections.agent(key) === agent, true);
  const trust = { ca: [], problems: [], rootsUsable: true };
  connections.retain(network(port("eth0")), trust);
  assertEquals(connections.agent(key) === agent, true);
  connections.retain(network(port("eth0", { Cost: 7 }), port("eth1")), trust);
  assertEquals(connections.agent(key) === agent, true);
  connections.retain(network(port("eth0", { Exceptions: "*" })), trust);
  const renewed = connections.agent(key);
  assertEquals([renewed === agent, agent.keepSocketAlive(new net.Socket())], [false, false]);
  connections.close();
});
