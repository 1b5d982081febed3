/** Through explicit proxies: who is asked, who sees what, and what failures say. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { SenderStatus } from "./sender_status.ts";
import { CONTROLLER_NAME, type ProxyBench, through, withProxyBench } from "./testdata/behind_proxy.ts";
import { makeCertificate } from "./testdata/certificates.ts";
import { addresses, port, ROOT } from "./testdata/device.ts";
import { answer, startServer } from "./testdata/server.ts";
import { startProxy } from "./testdata/proxy.ts";
import type { SendResult } from "./types.ts";

const BODY = new Uint8Array(2000).fill(7);
const signal = new AbortController().signal;
const PROXY_CERTIFICATE = makeCertificate({
  name: "proxy",
  issuer: ROOT,
  hosts: ["proxy.example", "127.0.0.1"],
});
const upstream = ({ server }: ProxyBench) => ({ host: "127.0.0.1", port: server.port });
const outcome = ({ error, status, httpStatus }: SendResult) => [error?.kind, status, httpStatus];
const authOf = (headers: Readonly<Record<string, unknown>>) =>
  Object.keys(headers).filter((name) => name.includes("auth"));

Deno.test("a tunnel: the proxy resolves the name, sees one CONNECT and the port's address, and nothing of the request", () =>
  withProxyBench({}, async (bench) => {
    const proxy = bench.use(await startProxy({ upstream: upstream(bench) }));
    bench.configure({ ...through("127.0.0.1", proxy.port), ...addresses("127.0.0.5") });
    for (let count = 0; count < 3; count++) assertEquals((await bench.send(BODY)).error, undefined);
    assertEquals(bench.server.seen.map(({ url, body }) => [url, body.length]), Array(3).fill(["/x", 2000]));
    assertEquals([proxy.seen.length, proxy.connections(), bench.resolved], [1, 1, []]);
    const [seen] = proxy.seen;
    assertEquals([seen?.line, seen?.from, Object.keys(seen?.headers ?? {})], [
      `CONNECT ${CONTROLLER_NAME}:443 HTTP/1.1`,
      "127.0.0.5",
      ["host"],
    ]);
  }));

Deno.test("a proxy by name is resolved, with the port's servers; the controller is not", () =>
  withProxyBench({}, async (bench) => {
    const proxy = bench.use(await startProxy({ upstream: upstream(bench) }));
    bench.configure(through("proxy.example", proxy.port));
    assertEquals((await bench.send()).error, undefined);
    assertEquals(bench.resolved, ["proxy.example"]);
  }));

Deno.test("credentials go to the proxy alone: in CONNECT, never to the origin", () =>
  withProxyBench({}, async (bench) => {
    const proxy = bench.use(await startProxy({ upstream: upstream(bench), credentials: "us er:p:w" }));
    bench.configure(through("us%20er:p%3Aw@127.0.0.1", proxy.port));
    assertEquals((await bench.send(BODY)).error, undefined);
    assertEquals(authOf(proxy.seen[0]?.headers ?? {}), ["proxy-authorization"]);
    assertEquals(bench.server.seen.map(({ headers }) => authOf(headers)), [[]]);
  }));

Deno.test("407 to CONNECT: kind proxy-auth, in words; no answer, nothing sent, no credentials in the text", () =>
  withProxyBench({}, async (bench) => {
    const proxy = bench.use(await startProxy({ upstream: upstream(bench), credentials: "user:right" }));
    const cases = [["", "its address has no user and password"], ["user:wrong@", "it does not take ours"]];
    for (const [user, text] of cases) {
      bench.configure(through(`${user}127.0.0.1`, proxy.port));
      const result = await bench.send(BODY);
      assertEquals(outcome(result), ["proxy-auth", SenderStatus.SenderStatusNone, 0]);
      const [attempt] = result.error?.attempts ?? [];
      assertEquals([attempt?.layer, attempt?.proxy], ["proxy", `http://127.0.0.1:${proxy.port}`]);
      assertStringIncludes(
        attempt?.text ?? "",
        `answered 407 Proxy Authentication Required to CONNECT ${CONTROLLER_NAME}:443: ${text}, it asks for Basic`,
      );
      assertEquals(result.error?.message.includes("wrong"), false);
    }
    assertEquals(bench.server.connections(), 0);
  }));

Deno.test("plain http goes to the proxy in absolute form; its credentials are not for the origin", () =>
  withProxyBench({ plain: true }, async (bench) => {
    const proxy = bench.use(await startProxy({ upstream: upstream(bench), credentials: "user:pw" }));
    bench.configure(through("user:pw@127.0.0.1", proxy.port));
    assertEquals((await bench.send(BODY)).error, undefined);
    assertEquals(proxy.seen.map(({ line }) => line), [`POST http://${CONTROLLER_NAME}/x HTTP/1.1`]);
    assertEquals(proxy.seen[0]?.headers["host"], CONTROLLER_NAME);
    const [seen] = bench.server.seen;
    assertEquals([seen?.url, seen?.body.length, authOf(seen?.headers ?? {})], ["/x", 2000, []]);
  }));

Deno.test("407 to a plain request is an ordinary answer", () =>
  withProxyBench({ plain: true }, async (bench) => {
    const proxy = bench.use(await startProxy({ upstream: upstream(bench), credentials: "user:pw" }));
    bench.configure(through("127.0.0.1", proxy.port));
    const result = await bench.send(BODY);
    assertEquals([...outcome(result), result.lastHTTPStatusCode], ["http-status", 0, 407, 407]);
  }));

Deno.test("TLS to the proxy: its own certificate is checked, the tunnel is inside, the connection is kept", () =>
  withProxyBench({}, async (bench) => {
    const proxy = bench.use(
      await startProxy({ upstream: upstream(bench), certificate: PROXY_CERTIFICATE, credentials: "user:pw" }),
    );
    bench.configure(through("https://user:pw@proxy.example", proxy.port));
    for (let count = 0; count < 2; count++) assertEquals((await bench.send(BODY)).error?.message, undefined);
    assertEquals([proxy.seen.length, bench.server.seen.length], [1, 2]);
    assertEquals(proxy.seen[0]?.line, `CONNECT ${CONTROLLER_NAME}:443 HTTP/1.1`);
  }));

Deno.test("TLS to the proxy, plain http to the origin", () =>
  withProxyBench({ plain: true }, async (bench) => {
    const proxy = bench.use(await startProxy({ upstream: upstream(bench), certificate: PROXY_CERTIFICATE }));
    bench.configure(through("https://proxy.example", proxy.port));
    assertEquals((await bench.send(BODY)).error?.message, undefined);
    assertEquals(proxy.seen.map(({ line }) => line), [`POST http://${CONTROLLER_NAME}/x HTTP/1.1`]);
  }));

Deno.test("[controllerconn#16] an unknown CA, an expired and a not yet valid certificate through a proxy: 9, 3, 3; no request", async () => {
  const other = makeCertificate({ name: "other root", ca: true });
  const hour = 3_600_000;
  const rows = [
    [{ issuer: other }, "cert-unknown-authority", SenderStatus.SenderStatusCertUnknownAuthorityProxy],
    [{ issuer: ROOT, notAfter: Date.now() - hour }, "cert-expired", SenderStatus.SenderStatusCertInvalid],
    [
      { issuer: ROOT, notBefore: Date.now() + hour },
      "cert-not-yet-valid",
      SenderStatus.SenderStatusCertInvalid,
    ],
  ] as const;
  for (const [changes, kind, status] of rows) {
    await withProxyBench({}, async (bench) => {
      const certificate = makeCertificate({ name: "middle", hosts: [CONTROLLER_NAME], ...changes });
      const middle = bench.use(await startServer({ certificate, handler: answer(200) }));
      const proxy = bench.use(await startProxy({ upstream: { host: "127.0.0.1", port: middle.port } }));
      bench.configure(through("127.0.0.1", proxy.port));
      const result = await bench.send(BODY);
      assertEquals(outcome(result), [kind, status, 0], result.error?.message);
      assertEquals(result.error?.layer, "tls");
      assertStringIncludes(result.error?.message ?? "", "server certificate not accepted");
      assertEquals(middle.seen, []);
      assertEquals(proxy.seen.every(({ line }) => line.startsWith("CONNECT")), true);
    });
  }
});

Deno.test("a TLS proxy that is not trusted gets neither CONNECT nor credentials, not even at the second look", () =>
  withProxyBench({}, async (bench) => {
    const certificate = makeCertificate({ name: "impostor", hosts: ["proxy.example"] });
    const proxy = bench.use(await startProxy({ upstream: upstream(bench), certificate }));
    bench.configure(through("https://user:pw@proxy.example", proxy.port));
    const result = await bench.send(BODY);
    assertEquals([result.error?.kind, result.error?.layer], ["cert-unknown-authority", "proxy"]);
    assertEquals(result.status, SenderStatus.SenderStatusCertUnknownAuthorityProxy);
    assertStringIncludes(
      result.error?.message ?? "",
      `proxy certificate not accepted: no trusted root for "CN=impostor"`,
    );
    assertEquals([proxy.seen, proxy.connections(), bench.server.connections()], [[], 2, 0]);
  }));

Deno.test("an unknown CA behind a TLS proxy: the second look goes through the proxy that is checked", () =>
  withProxyBench({}, async (bench) => {
    const certificate = makeCertificate({ name: "middle", hosts: [CONTROLLER_NAME] });
    const middle = bench.use(await startServer({ certificate, handler: answer(200) }));
    const proxy = bench.use(
      await startProxy({
        upstream: { host: "127.0.0.1", port: middle.port },
        certificate: PROXY_CERTIFICATE,
      }),
    );
    bench.configure(through("https://proxy.example", proxy.port));
    const { error } = await bench.send(BODY);
    assertEquals([error?.kind, error?.layer], ["cert-unknown-authority", "tls"]);
    assertStringIncludes(error?.message ?? "", 'no trusted root for "CN=middle"');
  }));

Deno.test("[controllerconn#15] refused by the proxy: status 0, layer proxy", () =>
  withProxyBench({}, async (bench) => {
    const proxy = await startProxy();
    await proxy.close();
    bench.configure(through("127.0.0.1", proxy.port));
    const result = await bench.send(BODY);
    assertEquals(outcome(result), ["refused", SenderStatus.SenderStatusNone, 0]);
    assertEquals(result.error?.attempts.map(({ kind, layer }) => [kind, layer]), [["refused", "proxy"]]);
  }));

Deno.test("[controllerconn#14] without a name server: the exact text; it works through a proxy that is an address, IPv4 or IPv6", () =>
  withProxyBench({}, async (bench) => {
    const text = "interface eth0: no DNS server available";
    bench.configure({ DNSServers: [] });
    const direct = await bench.send(BODY);
    assertEquals([direct.error?.kind, direct.error?.attempts.map((each) => each.text)], ["no-dns", [text]]);
    assertStringIncludes(direct.error?.message ?? "", `failed: ${text}`);
    bench.configure({ DNSServers: null, ...through("proxy.example", 3128) });
    assertEquals((await bench.send(BODY)).error?.attempts.map((each) => each.text), [text]);
    for (const host of ["127.0.0.1", "::1"]) {
      const proxy = bench.use(await startProxy({ host, upstream: upstream(bench) }));
      bench.configure({ DNSServers: [], ...addresses(host), ...through(host, proxy.port) });
      assertEquals((await bench.send(BODY)).error?.message, undefined, host);
    }
    assertEquals(bench.resolved, []);
  }));

Deno.test("exceptions and targets on the device go around the proxy", () =>
  withProxyBench({ plain: true }, async (bench) => {
    const proxy = bench.use(await startProxy({ upstream: upstream(bench) }));
    bench.configure({ ...through("127.0.0.1", proxy.port), Exceptions: "*.example:80" });
    const around = await bench.send();
    assertEquals([around.error?.kind, proxy.seen.length], ["resolve", 0]);
    const local = await bench.client.sendOnAllIntf(`http://127.0.0.1:${bench.server.port}/x`, undefined, {
      signal,
    });
    assertEquals([local.error, proxy.seen.length], [undefined, 0]);
  }));

Deno.test("sendOnIntf uses the port's proxy, and with allowProxy false none", () =>
  withProxyBench({}, async (bench) => {
    const proxy = bench.use(await startProxy({ upstream: upstream(bench) }));
    bench.configure(through("127.0.0.1", proxy.port));
    const url = `${CONTROLLER_NAME}/x`;
    assertEquals((await bench.client.sendOnIntf(url, "eth0", undefined, { signal })).error, undefined);
    const direct = await bench.client.sendOnIntf(url, "eth0", undefined, { signal, allowProxy: false });
    assertEquals([direct.error?.kind, proxy.seen.length], ["resolve", 1]);
  }));

Deno.test("kept tunnels are never used across another proxy, password, source address or port", () =>
  withProxyBench({ options: {} }, async (bench) => {
    const proxy = bench.use(await startProxy({ upstream: upstream(bench) }));
    const other = bench.use(await startProxy({ upstream: upstream(bench) }));
    const counts = () => [proxy.connections(), other.connections()];
    const rows = [
      [through("127.0.0.1", proxy.port), [1, 0]],
      [through("user:a@127.0.0.1", proxy.port), [2, 0]],
      [through("user:b@127.0.0.1", proxy.port), [3, 0]],
      [through("127.0.0.1", other.port), [3, 1]],
      [{ ...through("127.0.0.1", other.port), ...addresses("127.0.0.9") }, [3, 2]],
    ] as const;
    for (const [changes, expected] of rows) {
      bench.configure(changes);
      for (let count = 0; count < 2; count++) await bench.send(BODY);
      assertEquals(counts(), [...expected]);
    }
  }));

Deno.test("two ports with the same address do not share connections", async () => {
  const ports = [port("eth0"), port("eth1")];
  await withProxyBench(
    { plain: true, options: { deviceNetworkStatus: () => ({ Version: 1, Ports: ports }) } },
    async (bench) => {
      const url = `127.0.0.1:${bench.server.port}/x`;
      for (const ifName of ["eth0", "eth1", "eth0"]) {
        await bench.client.sendOnIntf(`http://${url}`, ifName, undefined, { signal });
      }
      assertEquals([bench.server.seen.length, bench.server.connections()], [3, 2]);
    },
  );
});

Deno.test("a kept tunnel that breaks is renewed once", () =>
  withProxyBench({}, async (bench) => {
    const proxy = bench.use(await startProxy({ upstream: upstream(bench) }));
    bench.configure(through("127.0.0.1", proxy.port));
    assertEquals((await bench.send(BODY)).error, undefined);
    proxy.dropConnections();
    assertEquals((await bench.send(BODY)).error?.message, undefined);
    assertEquals(proxy.seen.length, 2);
  }));
