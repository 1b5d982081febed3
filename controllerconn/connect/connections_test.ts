/** Kept connections: reused, renewed when broken, ended when idle or out of use (decisions.md 10). */
import { assertEquals } from "@std/assert";
import { until } from "../testdata/until.ts";
import { addresses, network, port } from "../testdata/device.ts";
import { answer, type Handler, startServer } from "../testdata/server.ts";
import { SERVER } from "../testdata/device.ts";
import { withClient } from "../testdata/with_client.ts";
import { makeCertificate } from "../testdata/certificates.ts";

const BODY = new Uint8Array(1000);

Deno.test("many requests share one connection; in parallel they have their own", () =>
  withClient({ handler: answer(200, "x") }, {}, async ({ server, send }) => {
    for (let count = 0; count < 10; count++) assertEquals((await send("config", BODY)).error, undefined);
    assertEquals([server.seen.length, server.connections()], [10, 1]);
    await Promise.all([send("a"), send("b"), send("c")]);
    assertEquals([server.seen.length, server.connections()], [13, 3]);
    await Promise.all([send("a"), send("b"), send("c")]);
    assertEquals([server.seen.length, server.connections()], [16, 3]);
  }));

Deno.test("answers that are errors keep the connection, too", () =>
  withClient({ handler: answer(503, "busy") }, {}, async ({ server, send }) => {
    for (let count = 0; count < 3; count++) await send("config", BODY);
    assertEquals(server.connections(), 1);
  }));

Deno.test("a kept connection that breaks before the first byte of the answer is renewed once", async () => {
  let hangUp = false;
  const handler: Handler = (request, response) => {
    if (hangUp) response.socket?.destroy();
    else answer(200, "x")(request, response);
    hangUp = false;
  };
  await withClient({ handler }, {}, async ({ server, send }) => {
    await send("config", BODY);
    hangUp = true;
    const result = await send("config", BODY);
    assertEquals([result.error, server.seen.length, server.connections()], [undefined, 3, 2]);
    const ids = new Set(server.seen.map((seen) => seen.headers["x-request-id"]));
    assertEquals(ids.size, 3);
  });
});

Deno.test("a controller that hangs up on every kept connection gets a request at most twice", async () => {
  let hangUp = false;
  const held: (() => void)[] = [];
  const handler: Handler = (request, response) => {
    if (hangUp) return void response.socket?.destroy();
    held.push(() => answer(200, "x")(request, response));
    if (held.length === 4) held.forEach((respond) => respond());
  };
  await withClient({ handler }, {}, async ({ server, send }) => {
    await Promise.all([1, 2, 3, 4].map(() => send("config", BODY)));
    hangUp = true;
    server.seen.length = 0;
    assertEquals((await send("config", BODY)).error?.kind, "reset");
    assertEquals([server.seen.length, server.connections()], [2, 5]);
  });
});

Deno.test("a kept connection serves many requests without collecting listeners", () =>
  withClient({ handler: answer(200, "x") }, {}, async ({ server, send }) => {
    for (let count = 0; count < 40; count++) await send("config", BODY);
    assertEquals(server.connections(), 1);
  }));

Deno.test("a fresh connection that breaks is an error, and not tried again", () =>
  withClient({ handler: (_, response) => response.socket?.destroy() }, {}, async ({ server, send }) => {
    const result = await send("config", BODY);
    assertEquals([result.error?.kind, result.status, server.seen.length], ["reset", 0, 1]);
  }));

Deno.test("a kept connection that breaks in the middle of the answer is an error", async () => {
  let cut = false;
  const handler: Handler = (request, response) => {
    if (!cut) return answer(200, "x")(request, response);
    response.writeHead(200, { "Content-Length": "100" });
    response.write("part");
    setTimeout(() => response.socket?.destroy(), 20);
  };
  await withClient({ handler }, {}, async ({ server, send }) => {
    await send("config", BODY);
    cut = true;
    const result = await send("config", BODY);
    assertEquals([result.error?.kind, server.seen.length], ["bad-answer", 2]);
  });
});

Deno.test("a controller that restarts is reached again at once", async () => {
  const first = await startServer({ certificate: SERVER, handler: answer(200, "first") });
  const resolve = () => Promise.resolve({ addresses: ["127.0.0.1"], by: "test" });
  await withClient({ handler: answer(200) }, {}, async ({ client }) => {
    const signal = new AbortController().signal;
    const url = `localhost:${first.port}/x`;
    await Promise.all([1, 2, 3].map(() => client.sendOnAllIntf(url, undefined, { signal })));
    await first.close();
    const second = await startServer({
      certificate: SERVER,
      handler: answer(200, "second"),
      port: first.port,
    });
    const results = await Promise.all([1, 2, 3].map(() => client.sendOnAllIntf(url, undefined, { signal })));
    assertEquals(results.map((each) => each.error?.message), [undefined, undefined, undefined]);
    await second.close();
  }, { resolve });
});

Deno.test("an idle connection ends by itself", () =>
  withClient({ handler: answer(200) }, {}, async ({ server, send }) => {
    await send("ping");
    assertEquals(server.open(), 1);
    await until(() => server.open() === 0, "no open connection");
    assertEquals((await send("ping")).error, undefined);
    assertEquals(server.connections(), 2);
  }, { idleMs: 150 }));

Deno.test("a source address that is gone, or other trusted roots, end the connections that used them", async () => {
  const proxyRoot = new TextEncoder().encode(makeCertificate({ name: "proxy root", ca: true }).pem);
  let ports = network(port("eth0", addresses("127.0.0.5")));
  await withClient(
    { handler: answer(200) },
    { deviceNetworkStatus: () => ports },
    async ({ server, send }) => {
      await send("ping");
      ports = network(port("eth0", addresses("127.0.0.6")));
      await send("ping");
      await until(() => server.open() === 1, "one open connection");
      assertEquals(server.connections(), 2);
      ports = network(port("eth0", { ...addresses("127.0.0.6"), "pubsub-large-ProxyCertPEM": [proxyRoot] }));
      await send("ping");
      await until(() => server.open() === 1, "one open connection");
      assertEquals(server.connections(), 3);
    },
  );
});

Deno.test("close ends kept connections", () =>
  withClient({ handler: answer(200) }, {}, async ({ server, send, client }) => {
    await Promise.all([send("ping"), send("ping")]);
    assertEquals(server.open(), 2);
    client.close();
    await until(() => server.open() === 0, "no open connection");
  }));

Deno.test("what is being connected when the client is closed, or sent after it, leaves no connection behind", async () => {
  const goOn = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const resolve = async () => {
    asked.resolve();
    await goOn.promise;
    return { addresses: ["127.0.0.1"], by: "test" };
  };
  await withClient({ handler: answer(200, "x") }, {}, async ({ server, send, client }) => {
    const sending = send("ping");
    await asked.promise;
    client.close();
    goOn.resolve();
    assertEquals((await sending).error?.message, undefined);
    assertEquals((await send("ping")).error?.message, undefined);
    await until(() => server.open() === 0, "no open connection");
    assertEquals(server.connections(), 2);
  }, { resolve });
});
