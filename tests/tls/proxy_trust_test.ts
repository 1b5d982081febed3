/** Trust in the server behind a proxy, and in the proxy itself. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { type ClientOptions, SenderStatus } from "../../controllerconn/mod.ts";
import { makeCertificate } from "../../controllerconn/testdata/certificates.ts";
import { network, port, ROOT } from "../../controllerconn/testdata/device.ts";
import { answer, startServer, type TestServer } from "../../controllerconn/testdata/server.ts";
import { type ConnectProxy, startConnectProxy } from "./connect_proxy.ts";
import { sendSecret } from "./sender.ts";

const HOUR = 3_600_000;
const NOW = Date.now();
/** Not `localhost`, which is never reached by a proxy. */
const HOST = "controller.test";
const hosts = [HOST, "proxy.test"];
const OTHER_ROOT = makeCertificate({ name: "other root", ca: true });
const certificate = (changes: Partial<Parameters<typeof makeCertificate>[0]> = {}) =>
  makeCertificate({ name: "srv", issuer: ROOT, hosts, ...changes });

/** @param server as it stands in the port's configuration */
function through(proxy: ConnectProxy, server: string): Partial<ClientOptions> {
  const Proxies = [{ type: 1, server, port: proxy.port }];
  return {
    deviceNetworkStatus: () => network(port("eth0", { Proxies, NetworkProxyEnable: true })),
    hostsText: () => `127.0.0.1 ${HOST} proxy.test`,
  };
}

async function withServer(
  changes: Partial<Parameters<typeof makeCertificate>[0]>,
  work: (server: TestServer, name: string) => Promise<void>,
): Promise<void> {
  const server = await startServer({ certificate: certificate(changes), handler: answer(200) });
  try {
    await work(server, `${HOST}:${server.port}`);
  } finally {
    await server.close();
  }
}

Deno.test("[controllerconn#16] expired, not yet valid, unknown CA: 3, 3, 8 and no request; 9 behind a proxy", async () => {
  const { SenderStatusCertInvalid, SenderStatusCertUnknownAuthority, SenderStatusCertUnknownAuthorityProxy } =
    SenderStatus;
  const cases = [
    [{ notAfter: NOW - HOUR }, "cert-expired", SenderStatusCertInvalid, SenderStatusCertInvalid],
    [{ notBefore: NOW + HOUR }, "cert-not-yet-valid", SenderStatusCertInvalid, SenderStatusCertInvalid],
    [
      { issuer: OTHER_ROOT },
      "cert-unknown-authority",
      SenderStatusCertUnknownAuthority,
      SenderStatusCertUnknownAuthorityProxy,
    ],
  ] as const;
  for (const [changes, kind, direct, proxied] of cases) {
    await withServer(changes, async (server, name) => {
      const straight = await sendSecret(name, { hostsText: () => `127.0.0.1 ${HOST}` });
      assertEquals([straight.error?.kind, straight.status], [kind, direct], straight.error?.message);
      await using proxy = await startConnectProxy();
      const { error, status } = await sendSecret(name, through(proxy, "proxy.test"));
      assertEquals([error?.kind, error?.layer, status], [kind, "tls", proxied], error?.message);
      assertEquals(error?.attempts[0]?.proxy, `http://proxy.test:${proxy.port}`);
      assertStringIncludes(proxy.heard(), `CONNECT ${name} HTTP/1.1`);
      assertEquals(server.seen, []);
    });
  }
});

Deno.test("a TLS proxy that is not trusted is told nothing: no CONNECT, no credentials, also not by the second look", async () => {
  const cases = [
    [{ issuer: OTHER_ROOT }, "cert-unknown-authority", 'no trusted root for "CN=srv"'],
    [{ notAfter: NOW - HOUR }, "cert-expired", '"CN=srv" is expired'],
  ] as const;
  for (const [changes, kind, says] of cases) {
    await withServer({}, async (server, name) => {
      await using proxy = await startConnectProxy(certificate(changes));
      const { error } = await sendSecret(name, through(proxy, "https://user:secret@proxy.test"));
      assertEquals(
        [error?.kind, error?.attempts.map(({ layer }) => layer)],
        [kind, ["proxy"]],
        error?.message,
      );
      assertStringIncludes(error?.message ?? "", `proxy certificate not accepted: ${says}`);
      assertEquals([proxy.heard(), server.seen], ["", []]);
    });
  }
});

Deno.test("behind a TLS proxy that is trusted the server's own certificate is judged", async () => {
  await withServer({ notAfter: NOW - HOUR }, async (server, name) => {
    await using proxy = await startConnectProxy(certificate());
    const { error } = await sendSecret(name, through(proxy, "https://proxy.test"));
    assertEquals([error?.kind, error?.layer], ["cert-expired", "tls"], error?.message);
    assertStringIncludes(error?.message ?? "", 'server certificate not accepted: "CN=srv" is expired');
    assertEquals(server.seen, []);
  });
  await withServer({}, async (server, name) => {
    await using proxy = await startConnectProxy(certificate());
    assertEquals((await sendSecret(name, through(proxy, "https://proxy.test"))).error, undefined);
    assertEquals(server.seen.length, 1);
  });
});
