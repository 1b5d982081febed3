/** Which servers are trusted, which certificate is shown, and what a refusal says. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import crypto from "node:crypto";
import net, { type AddressInfo } from "node:net";
import { newClient } from "./client.ts";
import { loadIdentity } from "./load_identity.ts";
import { SenderStatus } from "./sender_status.ts";
import { CLIENT_AUTH, makeCertificate } from "./testdata/certificates.ts";
import { clientOptions, DEVICE, identityOf, network, ONBOARD, port, ROOT } from "./testdata/device.ts";
import { answer, type Handler, startServer } from "./testdata/server.ts";
import { withClient } from "./testdata/with_client.ts";

const HOUR = 3_600_000;
const NOW = Date.now();
const hosts = ["localhost"];
const signal = new AbortController().signal;
const bytes = (text: string) => new TextEncoder().encode(text);
const OTHER_ROOT = makeCertificate({ name: "other root", ca: true });

Deno.test("expired, not yet valid and unknown-CA servers: 3, 3, 8, and no request reaches them", async () => {
  const cases = [
    [
      { notAfter: NOW - HOUR },
      "cert-expired",
      SenderStatus.SenderStatusCertInvalid,
      '"CN=srv" is expired: NotBefore',
    ],
    [
      { notBefore: NOW + HOUR },
      "cert-not-yet-valid",
      SenderStatus.SenderStatusCertInvalid,
      '"CN=srv" is not valid yet',
    ],
    [
      { issuer: OTHER_ROOT },
      "cert-unknown-authority",
      SenderStatus.SenderStatusCertUnknownAuthority,
      'no trusted root for "CN=srv", issued by "CN=other root"',
    ],
  ] as const;
  for (const [changes, kind, status, text] of cases) {
    const certificate = makeCertificate({ name: "srv", issuer: ROOT, hosts, ...changes });
    await withClient({ certificate, handler: answer(200) }, {}, async ({ server, send }) => {
      const result = await send("config", bytes("secret"));
      assertEquals([result.error?.kind, result.status, result.httpStatus], [kind, status, 0]);
      assertStringIncludes(result.error?.message ?? "", text);
      assertEquals(server.seen, []);
    });
  }
});

Deno.test("an expired intermediate is told from an unknown CA, too", async () => {
  const middle = makeCertificate({ name: "middle", ca: true, issuer: ROOT, notAfter: NOW - HOUR });
  const certificate = makeCertificate({ name: "srv", issuer: middle, hosts });
  await withClient({ certificate, chain: middle.pem, handler: answer(200) }, {}, async ({ send }) => {
    const { error } = await send("ping");
    assertEquals(error?.kind, "cert-expired");
    assertStringIncludes(error?.message ?? "", '"CN=middle" is expired');
  });
});

Deno.test("[controllerconn#17] a self-signed server that is itself the root is accepted, CA true and false", async () => {
  for (const ca of [true, false]) {
    const certificate = makeCertificate({ name: "adam", ca, hosts });
    await withClient(
      { certificate, handler: answer(200) },
      { rootCertificatePem: certificate.pem },
      async ({ send }) => {
        assertEquals((await send("ping")).error, undefined);
      },
    );
  }
});

Deno.test("[controllerconn#18] proxy certificates come and go, the private root stays trusted", async () => {
  const proxyRoot = makeCertificate({ name: "proxy root", ca: true });
  const behindProxy = makeCertificate({ name: "middle box", issuer: proxyRoot, hosts });
  let pems: readonly Uint8Array[] | null = null;
  const deviceNetworkStatus = () =>
    network(port("eth0", { "pubsub-large-ProxyCertPEM": pems }), port("eth1"));
  await withClient({ handler: answer(200) }, { deviceNetworkStatus }, async ({ send }) => {
    await withClient({ certificate: behindProxy, handler: answer(200) }, {}, async ({ server }) => {
      const client = newClient(clientOptions({ deviceNetworkStatus }));
      const both = async () => [
        (await send("ping")).error?.kind,
        (await client.sendOnAllIntf(`${server.name}/x`, undefined, { signal })).error?.kind,
      ];
      assertEquals(await both(), [undefined, "cert-unknown-authority"]);
      pems = [bytes(proxyRoot.pem)];
      assertEquals(await both(), [undefined, undefined]);
      pems = [bytes(OTHER_ROOT.pem)];
      assertEquals(await both(), [undefined, "cert-unknown-authority"]);
      pems = [];
      assertEquals(await both(), [undefined, "cert-unknown-authority"]);
      client.close();
    });
  });
});

Deno.test("one unreadable proxy certificate is left out and reported, the rest is trusted", async () => {
  const proxyRoot = makeCertificate({ name: "proxy root", ca: true });
  const certificate = makeCertificate({ name: "srv", issuer: proxyRoot, hosts });
  const list = [bytes("garbage"), bytes(proxyRoot.pem)];
  const deviceNetworkStatus = () => network(port("eth0", { "pubsub-large-ProxyCertPEM": list }));
  let code = 200;
  const handler: Handler = (request, response) => answer(code)(request, response);
  await withClient({ certificate, handler }, { deviceNetworkStatus }, async ({ send }) => {
    assertEquals((await send("ping")).error, undefined);
    code = 500;
    const { error } = await send("ping");
    assertEquals([error?.kind, error?.attempts.map((each) => each.kind)], ["http-status", [
      "http-status",
      "trust",
    ]]);
    assertStringIncludes(error?.message ?? "", "proxy certificate of eth0 (7 bytes): expected PEM");
  });
});

Deno.test("without a usable root file no server is trusted, but plain http works", async () => {
  for (
    const rootCertificatePem of [
      "",
      "garbage",
      "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    ]
  ) {
    await withClient({ handler: answer(200) }, { rootCertificatePem }, async ({ send, server }) => {
      const { error } = await send("ping");
      assertEquals([error?.kind, server.seen.length], ["trust", 0]);
      assertStringIncludes(
        error?.message ?? "",
        "root-certificate.pem: expected at least one certificate in PEM",
      );
    });
  }
  const plain = await startServer({ handler: answer(200) });
  const client = newClient(clientOptions({ rootCertificatePem: "" }));
  assertEquals((await client.sendOnAllIntf(`${plain.name}/x`, undefined, { signal })).error, undefined);
  client.close();
  await plain.close();
});

Deno.test("the system's roots are trusted as well", async () => {
  const certificate = makeCertificate({ name: "srv", issuer: OTHER_ROOT, hosts });
  await withClient(
    { certificate, handler: answer(200) },
    { systemRootsPem: OTHER_ROOT.pem },
    async ({ send }) => {
      assertEquals((await send("ping")).error, undefined);
    },
  );
});

/** Answers the first handshake message with the start of a TLS 1.1 handshake; gives what comes back. */
async function oldServer(work: (port: number) => Promise<void>): Promise<Uint8Array[]> {
  const random = crypto.randomBytes(32).toHex();
  // ServerHello, version 3.2 (TLS 1.1), no session, TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA, no compression.
  const hello = Uint8Array.fromHex(`160302002a020000260302${random}00c00a00`);
  const received: Uint8Array[] = [];
  const server = net.createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => {
      socket.on("data", (chunk: Uint8Array) => received.push(chunk));
      socket.write(hello);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  await work((server.address() as AddressInfo).port);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return received;
}

Deno.test("[device-api#37] who is refused: TLS 1.1, unknown root, CN only; who is accepted: root file, ProxyCertPEM", async () => {
  const client = newClient(clientOptions());
  const received = await oldServer(async (number) => {
    const { error } = await client.sendOnAllIntf(`localhost:${number}/x`, undefined, { signal });
    assertEquals(error?.kind, "tls-version", error?.message);
  });
  // Alert, fatal, protocol_version.
  assertEquals([received[0]?.[0], received[0]?.slice(5, 7).toHex()], [0x15, "0246"]);
  client.close();
  const accepted = async (spec: Parameters<typeof makeCertificate>[0], pems: Uint8Array[] = []) => {
    const deviceNetworkStatus = () => network(port("eth0", { "pubsub-large-ProxyCertPEM": pems }));
    let error: string | undefined;
    await withClient(
      { certificate: makeCertificate(spec), handler: answer(200) },
      { deviceNetworkStatus },
      async ({ send, server }) => {
        error = (await send("ping")).error?.message;
        assertEquals(server.seen.length, error === undefined ? 1 : 0);
      },
    );
    return error ?? "accepted";
  };
  assertEquals(await accepted({ name: "srv", issuer: ROOT, hosts }), "accepted");
  assertStringIncludes(await accepted({ name: "srv", issuer: OTHER_ROOT, hosts }), "no trusted root");
  assertEquals(
    await accepted({ name: "srv", issuer: OTHER_ROOT, hosts }, [bytes(OTHER_ROOT.pem)]),
    "accepted",
  );
  assertStringIncludes(
    await accepted({ name: "localhost", issuer: ROOT }),
    "server certificate has no subjectAltName",
  );
  const elsewhere = { name: "localhost", issuer: ROOT, hosts: ["other.example"] };
  assertStringIncludes(await accepted(elsewhere), "does not match certificate's altnames");
});

Deno.test("a server certificate for clients only is not accepted", async () => {
  const certificate = makeCertificate({ name: "srv", issuer: ROOT, hosts, extendedKeyUsage: [CLIENT_AUTH] });
  await withClient({ certificate, handler: answer(200) }, {}, async ({ send, server }) => {
    assert((await send("ping")).error !== undefined);
    assertEquals(server.seen, []);
  });
});

Deno.test("TLS 1.2 is spoken where the server has no more", async () => {
  await withClient({ maxVersion: "TLSv1.2", handler: answer(200) }, {}, async ({ send }) => {
    assertEquals((await send("ping")).error, undefined);
  });
});

Deno.test("[device-api#38] a server that asks gets the device certificate; one that doesn't is fine, too", async () => {
  await withClient({ handler: answer(200), clientCertificate: DEVICE.pem }, {}, async ({ send }) => {
    assertEquals((await send("ping")).error, undefined);
    const { error } = await send("register", bytes("x"));
    assert(
      error !== undefined,
      "register shows the onboarding certificate, which this server does not let in",
    );
  });
  await withClient({ handler: answer(200) }, {}, async ({ send }) => {
    assertEquals((await send("ping")).error, undefined);
  });
});

Deno.test("register shows the onboarding certificate; a key in a TPM shows none", async () => {
  await withClient({ handler: answer(200), clientCertificate: ONBOARD.pem }, {}, async ({ send }) => {
    assertEquals((await send("register", bytes("x"))).error, undefined);
  });
  const { tlsKeyPem: _inTpm, ...device } = identityOf(DEVICE);
  await withClient(
    { handler: answer(200), clientCertificate: DEVICE.pem },
    { device },
    async ({ send, server }) => {
      const { error } = await send("ping");
      assert(error !== undefined);
      assertEquals(server.seen, []);
    },
  );
});

Deno.test("an RSA identity can be shown in TLS, but a POST fails with kind identity", async () => {
  const rsa = makeCertificate({ name: "rsa", key: "RSA" });
  const device = loadIdentity(bytes(rsa.pem), bytes(rsa.keyPem));
  await withClient(
    { handler: answer(200), clientCertificate: rsa.pem },
    { device },
    async ({ send, server }) => {
      assertEquals((await send("ping")).error, undefined);
      const { error } = await send("config", bytes("x"));
      assertEquals([error?.kind, server.seen.length], ["identity", 1]);
    },
  );
});
