/** Proxies that answer CONNECT strangely, or not at all. */
import { assertEquals, assertGreaterOrEqual, assertLess, assertStringIncludes } from "@std/assert";
import type { Socket } from "node:net";
import { startProxy } from "../testdata/proxy.ts";
import { through, withProxyBench } from "../testdata/behind_proxy.ts";
import type { SendAttempt } from "../error.ts";

const HTTP_OK = "HTTP/1.1 200 Connection established\r\n\r\n";

/** What a send says of a proxy that does this. */
async function said(instead: (socket: Socket) => void, sendTimeoutMs = 20_000) {
  let attempt: SendAttempt | undefined;
  let milliseconds = 0;
  const options = { dialTimeoutMs: () => 500, sendTimeoutMs: () => sendTimeoutMs };
  await withProxyBench({ options }, async (bench) => {
    const proxy = bench.use(await startProxy({ instead }));
    bench.configure(through("127.0.0.1", proxy.port));
    const started = performance.now();
    const result = await bench.send(new Uint8Array(10));
    milliseconds = performance.now() - started;
    attempt = result.error?.attempts[0];
    assertEquals([result.httpStatus, result.status, bench.server.connections()], [0, 0, 0]);
  });
  return { kind: attempt?.kind, layer: attempt?.layer, text: attempt?.text ?? "", milliseconds };
}

async function assertSaid(answer: string, kind: string, text: string): Promise<void> {
  const outcome = await said((socket) => void socket.end(answer));
  assertEquals([outcome.kind, outcome.layer], [kind, "proxy"], outcome.text);
  assertStringIncludes(outcome.text, text);
}

Deno.test("refusals of a proxy: its code and reason are told", async () => {
  await assertSaid(
    "HTTP/1.0 403 Forbidden by rule 7\r\n\r\nno",
    "proxy-refused",
    "answered 403 Forbidden by rule 7 to CONNECT controller.example:443; nothing is sent",
  );
  await assertSaid(`HTTP/1.1 503 Busy\r\n\r\n${"x".repeat(60_000)}`, "proxy-refused", "answered 503 Busy");
  await assertSaid(
    "HTTP/1.1 302\r\nLocation: http://login/\r\n\r\n",
    "proxy-refused",
    "answered 302 to CONNECT",
  );
  await assertSaid(
    "HTTP/1.1 407\r\n\r\n",
    "proxy-auth",
    "its address has no user and password; nothing is sent",
  );
});

Deno.test("garbage and other protocols are no HTTP", async () => {
  await assertSaid("\x15\x03\x01garbage\r\n\r\n", "proxy-refused", "answered no HTTP (");
  await assertSaid("SSH-2.0-x\r\n\r\n", "proxy-refused", 'no HTTP ("SSH-2.0-x');
});

Deno.test("a header without an end is cut off", async () => {
  const endless = await said((socket) => {
    socket.write("HTTP/1.1 200 OK\r\n");
    const more = () => {
      if (!socket.destroyed) socket.write(`X-More: ${"x".repeat(3000)}\r\n`, () => setTimeout(more, 1));
    };
    more();
  });
  assertEquals([endless.kind, endless.layer], ["proxy-refused", "proxy"]);
  assertStringIncludes(endless.text, "has no end within 16384 bytes");
});

Deno.test("a proxy that closes, at once or in the middle of its header, or resets", async () => {
  const rows: readonly (readonly [(socket: Socket) => void, number])[] = [
    [(socket) => void socket.end(), 0],
    [(socket) => void socket.end("HTTP/1.1 200"), 12],
  ];
  for (const [instead, bytes] of rows) {
    const { kind, layer, text } = await said(instead);
    assertEquals([kind, layer], ["reset", "proxy"]);
    assertStringIncludes(text, `after ${bytes} bytes`);
  }
  assertEquals((await said((socket) => void socket.resetAndDestroy())).kind, "reset");
});

Deno.test("a proxy that says nothing: a time-out of layer proxy, within three times the dial timer", async () => {
  const silent = await said(() => {});
  assertEquals([silent.kind, silent.layer], ["timeout", "proxy"]);
  assertStringIncludes(silent.text, "the proxy did not answer within 1500 ms");
  assertGreaterOrEqual(silent.milliseconds, 1490);
  assertLess(silent.milliseconds, 15_000);
});

Deno.test("a tunnel that leads to nobody: the handshake has the same limit, and is layer tls", async () => {
  const silent = await said((socket) => void socket.write(HTTP_OK));
  assertEquals([silent.kind, silent.layer], ["timeout", "tls"]);
  assertStringIncludes(silent.text, "the TLS handshake did not end within 1500 ms");
  assertLess(silent.milliseconds, 15_000);
});

Deno.test("bytes behind the header of 2xx are of the proxy: they are refused, and never taken for the controller's", async () => {
  const early = await said((socket) => void socket.write(`${HTTP_OK}HTTP/1.1 200 OK\r\n\r\n`));
  assertEquals([early.kind, early.layer], ["proxy-refused", "proxy"]);
  assertStringIncludes(early.text, "19 bytes behind its header, expected none");
});

Deno.test("an answer in pieces is one answer", () =>
  withProxyBench({}, async (bench) => {
    const { port } = bench.server;
    const net = (await import("node:net")).default;
    const proxy = bench.use(
      await startProxy({
        instead: (socket) => {
          const up = net.connect(port, "127.0.0.1", async () => {
            socket.pipe(up);
            for (const piece of HTTP_OK) {
              socket.write(piece);
              await new Promise<void>((resolve) => setTimeout(resolve, 1));
            }

            up.pipe(socket);
          });
          up.on("error", () => {});
          socket.on("close", () => up.destroy());
        },
      }),
    );
    bench.configure(through("127.0.0.1", proxy.port));
    assertEquals((await bench.send(new Uint8Array(10))).error?.message, undefined);
  }));
