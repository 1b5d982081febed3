/** Requests to applications on the device. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { newClient } from "./client.ts";
import { newAgentMetrics } from "./metrics_counters.ts";
import { network, port, SERVER } from "./testdata/device.ts";
import { through } from "./testdata/behind_proxy.ts";
import { answer, type ServerOptions } from "./testdata/server.ts";
import { withClient } from "./testdata/with_client.ts";
import { clientOptions } from "./testdata/device.ts";
import type { Client } from "./types.ts";
import type { TestServer } from "./testdata/server.ts";

const signal = new AbortController().signal;
const BODY = new TextEncoder().encode("profile");
/** Of a bridge to applications, and of no port. */
const SOURCE = { ifName: "bn1", sourceAddr: "127.0.0.8" };
const PROTO = "application/x-proto-binary";

async function withApp(
  server: Partial<ServerOptions> & Pick<ServerOptions, "handler">,
  work: (bench: { server: TestServer; client: Client; url: string; counts: () => number[] }) => Promise<void>,
): Promise<void> {
  const metrics = newAgentMetrics(() => 0);
  const deviceNetworkStatus = () => network(port("eth0", { ...through("127.0.0.1", 1), DNSServers: null }));
  const options = { metrics, deviceNetworkStatus, sendTimeoutMs: () => 500, dialTimeoutMs: () => 400 };
  // Plain http, unless the test says otherwise.
  const plain = { certificate: undefined } as unknown as Partial<ServerOptions>;
  await withClient({ ...plain, ...server }, options, async ({ server, client }) => {
    const scheme = server.name.startsWith("http") ? "" : "https://";
    const counts = () => {
      const { FailureCount = 0, SuccessCount = 0 } = metrics.snapshot()["bn1"] ?? {};
      return [FailureCount, SuccessCount];
    };
    await work({ server, client, url: `${scheme}${server.name}/api/v1/local_profile`, counts });
  });
}

Deno.test("a local request: source address, method, id, content type if given, the body as it is, no proxy", () =>
  withApp({ handler: answer(200, "answer") }, async ({ server, client, url, counts }) => {
    const edge = url.replace("/api/v1", "/edgedevice");
    const posted = await client.sendLocal(edge, SOURCE, BODY, { signal, contentType: PROTO });
    assertEquals(
      [posted.error, posted.httpStatus, new TextDecoder().decode(posted.contents), posted.ifName],
      [undefined, 200, "answer", "bn1"],
    );
    const got = await client.sendLocal(url, SOURCE, undefined, { signal });
    assertEquals(got.error, undefined);
    assertEquals(
      server.seen.map((
        { method, from, body, headers },
      ) => [method, from, body.length, headers["content-type"]]),
      [
        ["POST", "127.0.0.8", BODY.length, PROTO],
        ["GET", "127.0.0.8", 0, undefined],
      ],
    );
    assertEquals(server.seen[0]?.body, BODY);
    const names = Object.keys(server.seen[1]?.headers ?? {}).sort();
    assertEquals(names, ["connection", "host", "x-request-id"]);
    assertEquals([server.connections(), counts()], [1, [0, 2]]);
  }));

Deno.test("connections to applications stay when the ports change", () =>
  withApp({ handler: answer(200) }, async ({ server, client, url }) => {
    for (let count = 0; count < 2; count++) {
      assertEquals((await client.sendLocal(url, SOURCE, undefined, { signal })).error, undefined);
      client.networkChanged();
    }
    assertEquals(server.connections(), 1);
  }));

Deno.test("200, 201, 204 and 304 are successes; any other code is a failure that keeps its code", async () => {
  for (
    const [code, kind] of [
      [200, undefined],
      [201, undefined],
      [204, undefined],
      [304, undefined],
      [202, "http-status"],
      [302, "redirect"],
      [404, "http-status"],
      [500, "http-status"],
    ] as const
  ) {
    await withApp(
      { handler: (_, response) => void response.writeHead(code).end() },
      async ({ client, url, counts }) => {
        const { error, httpStatus, lastHTTPStatusCode } = await client.sendLocal(url, SOURCE, BODY, {
          signal,
        });
        assertEquals([error?.kind, httpStatus, lastHTTPStatusCode], [
          kind,
          code,
          code,
        ]);
        assertEquals(counts(), kind === undefined ? [0, 1] : [1, 0]);
      },
    );
  }
});

Deno.test("TLS towards an application has the same roots", () =>
  withApp({ handler: answer(200), certificate: SERVER }, async ({ client, url }) => {
    assertEquals((await client.sendLocal(url, SOURCE, BODY, { signal })).error?.message, undefined);
  }));

Deno.test("failures: time-out, refused, no such source address, aborted, no URL", () =>
  withApp({ handler: () => {} }, async ({ server, client, url, counts }) => {
    const fails = async (at: string, source = SOURCE, options = { signal }) => {
      const { error, status, httpStatus } = await client.sendLocal(at, source, BODY, options);
      assertEquals(httpStatus, 0);
      return [error?.kind, status];
    };
    assertEquals(await fails(url), ["timeout", 0]);
    const { error } = await client.sendLocal(url, SOURCE, BODY, { signal });
    assertStringIncludes(
      error?.message ?? "",
      "send via bn1 with src IP 127.0.0.8: no complete answer within 500 ms",
    );
    assertEquals(await fails(url, { ...SOURCE, sourceAddr: "203.0.113.5" }), ["no-address", 0]);
    assertEquals(counts(), [3, 0]);
    assertEquals(await fails(url, SOURCE, { signal: AbortSignal.abort() }), ["aborted", 0]);
    assertEquals(counts(), [3, 0]);
    for (const bad of ["", "localhost/x", "ftp://localhost/x"]) {
      assertEquals(await fails(bad), ["resolve", 0]);
    }
    await server.close();
    const other = newClient(clientOptions());
    const refused = await other.sendLocal(url, SOURCE, BODY, { signal });
    assertEquals([refused.error?.kind, refused.status], ["refused", 1]);
    other.close();
  }));
