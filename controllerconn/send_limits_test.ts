/** Timers, aborts, and answers that are too large, cut off or broken. */
import { assert, assertEquals, assertGreaterOrEqual, assertLess, assertStringIncludes } from "@std/assert";
import net, { type AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { newClient, newClientWith } from "./client.ts";
import { callLimitMs, singleLimitMs } from "./deadline.ts";
import { validateProtoContentType } from "./content_type.ts";
import { newAgentMetrics } from "./metrics_counters.ts";
import { addresses, clientOptions, network, port } from "./testdata/device.ts";
import { withFullQueue } from "./testdata/full_queue.ts";
import { answer } from "./testdata/server.ts";
import { withClient } from "./testdata/with_client.ts";
import type { SendResult } from "./types.ts";

const signal = new AbortController().signal;

async function timed<T>(work: () => Promise<T>): Promise<{ result: T; milliseconds: number }> {
  const started = performance.now();
  const result = await work();
  return { result, milliseconds: performance.now() - started };
}

Deno.test("[controllerconn#19] the limit of a whole call", () => {
  assertEquals([callLimitMs(0), callLimitMs(1000), callLimitMs(80_000), callLimitMs(120_000)], [
    240_000,
    3000,
    240_000,
    240_000,
  ]);
  assertEquals([singleLimitMs(0), singleLimitMs(1000), singleLimitMs(3_600_000)], [240_000, 1000, 3_600_000]);
});

Deno.test("[controllerconn#19] one attempt ends with the send timer, the call with three times that", async () => {
  const silent = { handler: () => {} };
  await withClient(silent, { sendTimeoutMs: () => 200 }, async ({ send }) => {
    const { result, milliseconds } = await timed(() => send("config", new Uint8Array(5)));
    assertEquals([result.error?.kind, result.status], ["timeout", 0]);
    assertStringIncludes(result.error?.message ?? "", "no complete answer within 200 ms");
    assertGreaterOrEqual(milliseconds, 195);
    assertLess(milliseconds, 1500);
  });
  const list = addresses("127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5", "127.0.0.6");
  const deviceNetworkStatus = () => network(port("eth0", list), port("eth1"));
  await withClient(silent, { sendTimeoutMs: () => 200, deviceNetworkStatus }, async ({ send }) => {
    const { result, milliseconds } = await timed(() => send("ping"));
    assertEquals(result.error?.kind, "timeout");
    assertGreaterOrEqual(milliseconds, 595);
    assertLess(milliseconds, 1150);
    const tried = result.error?.attempts.map(({ ifName, sourceAddr }) => `${ifName} ${sourceAddr}`);
    assertEquals(tried?.slice(0, 3), ["eth0 127.0.0.1", "eth1 127.0.0.1", "eth0 127.0.0.2"]);
  });
});

Deno.test("[controllerconn#19] connecting ends with the dial timer", () =>
  withFullQueue(async (number) => {
    const client = newClient(clientOptions({ dialTimeoutMs: () => 250 }));
    const url = `127.0.0.1:${number}/x`;
    const { result, milliseconds } = await timed(() => client.sendOnAllIntf(url, undefined, { signal }));
    assertEquals(result.error?.kind, "timeout");
    assertStringIncludes(
      result.error?.message ?? "",
      "no connection to 127.0.0.1 within the dial timer of 250 ms",
    );
    assertGreaterOrEqual(milliseconds, 245);
    assertLess(milliseconds, 1500);
    client.close();
  }));

Deno.test("[controllerconn#19] a resolver that hangs is bounded by the dial timer", async () => {
  const resolve = () => new Promise<never>(() => {});
  const client = newClientWith(clientOptions({ dialTimeoutMs: () => 150 }), { resolve });
  const { result, milliseconds } = await timed(() =>
    client.sendOnAllIntf("ctrl.invalid/x", undefined, { signal })
  );
  assertEquals(result.error?.kind, "timeout");
  assertLess(milliseconds, 1500);
  client.close();
});

Deno.test("a slow body is bounded by the send timer, a slow but working one is fine", async () => {
  const dribble = (pieces: number) => (_: unknown, response: import("node:http").ServerResponse) => {
    response.writeHead(200, { "Content-Length": String(pieces) });
    let sent = 0;
    const timer = setInterval(() => {
      if (sent++ < pieces && !response.destroyed) return void response.write("x");
      clearInterval(timer);
      response.end();
    }, 40);
    response.on("close", () => clearInterval(timer));
  };
  await withClient({ handler: dribble(4) }, { sendTimeoutMs: () => 1000 }, async ({ send }) => {
    assertEquals((await send("ping")).contents.length, 4);
  });
  await withClient({ handler: dribble(100) }, { sendTimeoutMs: () => 200 }, async ({ send }) => {
    assertEquals((await send("ping")).error?.kind, "timeout");
  });
});

Deno.test("the caller's signal ends a call at once, with kind aborted and no failure counted", async () => {
  const metrics = newAgentMetrics(() => 0);
  await withClient({ handler: () => {} }, { metrics }, async ({ send }) => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 100);
    const { result, milliseconds } = await timed(() => send("ping", undefined, { signal: abort.signal }));
    assertEquals(result.error?.kind, "aborted");
    assertLess(milliseconds, 1500);
    assertEquals((await send("ping", undefined, { signal: abort.signal })).error?.kind, "aborted");
    assertEquals(metrics.snapshot(), {});
  });
});

Deno.test("10 MB arrive whole; above the limit the answer is refused, promised or not, gzip or not", async () => {
  const large = new Uint8Array(10_000_000).map((_, index) => index);
  await withClient({ handler: answer(200, large) }, { sendTimeoutMs: () => 60_000 }, async ({ send }) => {
    assertEquals((await send("config", new Uint8Array(1))).contents.length, large.length);
  });
  const limit = { maxResponseBytes: 100_000 };
  const refused = async (headers: Record<string, string>, body: Uint8Array) => {
    let message = "";
    await withClient({ handler: answer(200, body, headers) }, limit, async ({ send }) => {
      const { error, contents } = await send("config", new Uint8Array(1));
      assertEquals([error?.kind, contents.length], ["bad-answer", 0]);
      message = error?.message ?? "";
    });
    return message;
  };
  assertStringIncludes(await refused({}, large), "answer too large:");
  assertStringIncludes(
    await refused({ "Content-Length": "10000000" }, large),
    "it promises 10000000 bytes, the limit is",
  );
  const bomb = new Uint8Array(gzipSync(large.fill(0)));
  assertStringIncludes(await refused({ "Content-Encoding": "gzip" }, bomb), "of gzip become more");
});

Deno.test("gzip is undone; other encodings and broken gzip are refused", async () => {
  const text = new TextEncoder().encode("text ".repeat(1000));
  const outcome = async (encoding: string, body: Uint8Array) => {
    let result: SendResult | undefined;
    const handler = answer(200, body, { "Content-Encoding": encoding });
    await withClient({ handler }, {}, async ({ send }) => {
      result = await send("config", new Uint8Array(1));
    });
    return result;
  };
  assertEquals((await outcome("gzip", new Uint8Array(gzipSync(text))))?.contents, text);
  assertEquals((await outcome("identity", text))?.contents, text);
  assertStringIncludes(
    (await outcome("br", text))?.error?.message ?? "",
    'Content-Encoding "br", expected gzip or none',
  );
  assertStringIncludes((await outcome("gzip", text))?.error?.message ?? "", "answer is no valid gzip");
});

Deno.test("the body of a refused answer comes along, cut to 4096 bytes", async () => {
  await withClient({ handler: answer(409, new Uint8Array(1_000_000).fill(65)) }, {}, async ({ send }) => {
    const { error, contents, httpStatus } = await send("register", new Uint8Array(1));
    assertEquals([error?.kind, contents.length, httpStatus], ["http-status", 4096, 409]);
    assertStringIncludes(error?.message ?? "", "first 256 bytes: 4141");
    assertLess(error?.message.length ?? 0, 1000);
  });
});

/** A server that says exactly this and hangs up. */
async function rawAnswer(text: string): Promise<SendResult> {
  const server = net.createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => socket.end(text));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const client = newClient(clientOptions());
  try {
    const { port: number } = server.address() as AddressInfo;
    return await client.sendOnAllIntf(`http://127.0.0.1:${number}/x`, undefined, { signal });
  } finally {
    client.close();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
}

Deno.test("broken answers have a kind and a text each", async () => {
  const outcome = async (text: string) => {
    const { error } = await rawAnswer(text);
    return [error?.kind, error?.attempts[0]?.text.slice(0, 50)];
  };
  const head = "HTTP/1.1 200 OK\r\n";
  assertEquals(await outcome(`${head}Content-Length: 10\r\n\r\nabc`), [
    "bad-answer",
    "answer cut off after 3 of 10 bytes; it is not used",
  ]);
  assertEquals(await outcome(`${head}Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n`), [
    "bad-answer",
    "answer cut off after 5 bytes; it is not used",
  ]);
  assertEquals((await outcome("nonsense\r\n\r\n"))[0], "bad-answer");
  assertEquals((await outcome(`${head}X: ${"a".repeat(1_000_000)}\r\n\r\n`))[0], "bad-answer");
  assertEquals((await outcome(""))[0], "reset");
  assertEquals((await outcome("HTTP/1.1 200 OK\r\nConte"))[0], "reset");
  assertEquals((await rawAnswer(`${head}\r\nuntil the end`)).contents.length, 13);
  const upgrade = "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n";
  const { result: switched, milliseconds } = await timed(() => rawAnswer(upgrade));
  assertEquals([switched.error?.kind, switched.httpStatus], ["bad-answer", 0]);
  assertStringIncludes(switched.error?.message ?? "", "the server answered 101");
  assertLess(milliseconds, 15_000, "the send timer is not waited for");
  const early = await rawAnswer("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n");
  assertEquals([early.error, early.httpStatus], [undefined, 204]);
});

Deno.test("Content-Type of an answer", () => {
  const check = (headers: Record<string, string>, length = 1) =>
    validateProtoContentType({ reqURL: "https://c/x", headers, contents: new Uint8Array(length) });
  assertEquals(check({ "content-type": "application/x-proto-binary" }), undefined);
  assertEquals(check({ "content-type": "Application/X-Proto-Binary; charset=x" }), undefined);
  assertEquals(check({}, 0), undefined);
  assertEquals(check({ "content-type": "text/html" }, 0), undefined);
  const html = check({ "content-type": "text/html" });
  assertEquals(html?.kind, "content-type");
  assertStringIncludes(
    html?.message ?? "",
    "expected Content-Type application/x-proto-binary, the answer (1 bytes) has",
  );
  assertStringIncludes(html?.message ?? "", '"text/html"');
  assert(check({})?.message.includes("no Content-Type"));
});
