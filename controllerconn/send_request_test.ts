/** What goes out: method, headers, envelope. */
import { assert, assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "@std/assert";
import crypto, { X509Certificate } from "node:crypto";
import { parseAuthContainer } from "./auth_container.ts";
import { newClient } from "./client.ts";
import { newAgentMetrics } from "./metrics_counters.ts";
import type { AttemptTracer } from "./connect/trace_event.ts";
import { addresses, clientOptions, DEVICE, identityOf, network, ONBOARD, port } from "./testdata/device.ts";
import type { Certificate } from "./testdata/certificates.ts";
import { answer, breakOff, startServer } from "./testdata/server.ts";
import { withClient } from "./testdata/with_client.ts";
import { urlPathString } from "./url.ts";

const UUID = "5d0767ee-0547-4569-b530-387e526f8cb9";
const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const BODY = new TextEncoder().encode("message");
const signal = new AbortController().signal;

function assertSignedBy(certificate: Certificate, envelope: Uint8Array, payload: Uint8Array): void {
  const parsed = parseAuthContainer(envelope);
  assertEquals([parsed.payload, parsed.algo, parsed.signatureHash.length], [payload, 2, 64]);
  assertEquals(
    parsed.senderCertHash.toHex(),
    crypto.createHash("sha256").update(certificate.der).digest("hex"),
  );
  const key = { key: new X509Certificate(certificate.pem).publicKey, dsaEncoding: "ieee-p1363" as const };
  assert(crypto.verify("sha256", payload, key, parsed.signatureHash));
}

Deno.test("[controllerconn#1][device-api#2] POST is enveloped with its headers, GET is bare", () =>
  withClient({ handler: answer(200) }, {}, async ({ server, send }) => {
    await send("config", BODY);
    await send("ping");
    await send("ping");
    const [post, get, again] = server.seen;
    assertEquals([post?.method, post?.headers["content-type"]], ["POST", "application/x-proto-binary"]);
    assertEquals(post?.headers["content-length"], String(post?.body.length));
    assertMatch(String(post?.headers["x-request-id"]), UUID_V4);
    assertEquals(parseAuthContainer(post?.body ?? BODY).payload, BODY);
    assertEquals([get?.method, get?.headers["content-type"], get?.body.length], ["GET", undefined, 0]);
    assertMatch(String(get?.headers["x-request-id"]), UUID_V4);
    assertNotEquals(get?.headers["x-request-id"], again?.headers["x-request-id"]);
    assertEquals([post?.headers.host, post?.headers["accept-encoding"]], [server.name, "gzip"]);
  }));

Deno.test("[controllerconn#2][device-api#3] serial headers only without a UUID, and only non-empty ones", async () => {
  let devUUID = "";
  const serials = { devUUID: () => devUUID, devSerial: "SN1", devSoftSerial: "soft-1" };
  await withClient({ handler: answer(200) }, serials, async ({ server, send }) => {
    await send("ping");
    devUUID = UUID;
    await send("ping");
    const headers = server.seen.map((
      seen,
    ) => [seen.headers["x-serial-number"], seen.headers["x-soft-serial"]]);
    assertEquals(headers, [["SN1", "soft-1"], [undefined, undefined]]);
  });
  await withClient(
    { handler: answer(200) },
    { devSerial: "", devSoftSerial: "s" },
    async ({ server, send }) => {
      await send("ping");
      assertEquals(server.seen[0]?.headers["x-serial-number"], undefined);
      assertEquals(server.seen[0]?.headers["x-soft-serial"], "s");
    },
  );
});

Deno.test("a serial number that no header can carry does not stop the device", () =>
  withClient({ handler: answer(200) }, { devSerial: "a\r\nb\u00e9\u4e00" }, async ({ server, send }) => {
    assertEquals((await send("ping")).error, undefined);
    assertEquals(server.seen[0]?.headers["x-serial-number"], "a??b??");
  }));

Deno.test("[controllerconn#3][device-api#7] register is signed by the onboarding key with senderCert, nothing else is", () =>
  withClient({ handler: answer(201) }, {}, async ({ server, send }) => {
    await send("register", BODY);
    await send("uuid", new Uint8Array(0));
    await send(`id/${UUID}/config`, BODY);
    const bodies = server.seen.map((seen) => seen.body);
    assertSignedBy(ONBOARD, bodies[0] ?? BODY, BODY);
    assertSignedBy(DEVICE, bodies[1] ?? BODY, new Uint8Array(0));
    assertSignedBy(DEVICE, bodies[2] ?? BODY, BODY);
    const senderCerts = bodies.map((body) => new TextDecoder().decode(parseAuthContainer(body).senderCert));
    assertEquals(senderCerts, [btoa(ONBOARD.pem), "", ""]);
  }));

Deno.test("[controllerconn#4] hash of the DER, raw 64-byte signature, empty payload", () =>
  withClient({ handler: answer(200) }, {}, async ({ server, send }) => {
    await send("uuid", new Uint8Array(0));
    const body = server.seen[0]?.body ?? BODY;
    assertEquals([body.length, body.slice(0, 6).toHex()], [104, "0a0010021a20"]);
    assertSignedBy(DEVICE, body, new Uint8Array(0));
  }));

Deno.test("a POST elsewhere is sent as it is", () =>
  withClient({ handler: answer(200) }, {}, async ({ server, client }) => {
    const result = await client.sendOnAllIntf(`${server.name}/api/v1/devinfo`, BODY, { signal });
    assertEquals(result.error, undefined);
    assertEquals(server.seen[0]?.body, BODY);
  }));

Deno.test("[controllerconn#5] two attempts of one send have different X-Request-Ids, and the same signature", async () => {
  let signatures = 0;
  const identity = identityOf(DEVICE);
  const device = {
    ...identity,
    sign(payload: Uint8Array) {
      signatures++;
      return identity.sign(payload);
    },
  };
  const ports = () =>
    network(port("eth0", addresses("127.0.0.1", "127.0.0.2")), port("eth1", addresses("127.0.0.3")));
  await withClient(
    { handler: breakOff },
    { device, deviceNetworkStatus: ports },
    async ({ server, send }) => {
      const result = await send("config", BODY);
      assertEquals(result.error?.attempts.map((each) => each.kind), ["reset", "reset", "reset"]);
      const ids = new Set(server.seen.map((seen) => seen.headers["x-request-id"]));
      assertEquals([server.seen.length, ids.size, signatures], [3, 3, 1]);
      assertEquals(new Set(server.seen.map((seen) => seen.body.toHex())).size, 1);
    },
  );
});

Deno.test("[device-api#1] white space around the server name; http: without TLS, https: with", async () => {
  const plain = await startServer({ handler: answer(200, "plain") });
  try {
    await withClient({ handler: answer(200, "secure") }, {}, async ({ server, client }) => {
      const results = [];
      for (const name of [`${plain.name}\n`, `  https://${server.name} `, `\t${server.name}\n`]) {
        const url = urlPathString(name, "", "ping");
        const result = await client.sendOnAllIntf(url, undefined, { signal });
        results.push([result.reqURL, new TextDecoder().decode(result.contents)]);
      }
      assertEquals(results, [
        [`${plain.name}/api/v2/edgedevice/ping`, "plain"],
        [`https://${server.name}/api/v2/edgedevice/ping`, "secure"],
        [`https://${server.name}/api/v2/edgedevice/ping`, "secure"],
      ]);
      assertEquals(plain.seen[0]?.url, "/api/v2/edgedevice/ping");
    });
  } finally {
    await plain.close();
  }
});

Deno.test("without an onboarding pair register fails with kind identity, and nothing is sent", async () => {
  const { onboard: _none, ...options } = clientOptions();
  const server = await startServer({ handler: answer(200) });
  const client = newClient(options);
  try {
    const result = await client.sendOnAllIntf(`${server.name}/api/v2/edgedevice/register`, BODY, { signal });
    assertEquals([result.error?.kind, server.seen.length], ["identity", 0]);
    assertStringIncludes(result.error?.message ?? "", "no onboarding certificate and key");
  } finally {
    client.close();
    await server.close();
  }
});

Deno.test("a name that makes no URL is an answer, not an exception", async () => {
  const client = newClient(clientOptions());
  for (const url of ["exa mple/x", "", "https://", "http:", "[::1/x", "a:99999/x"]) {
    const result = await client.sendOnAllIntf(url, undefined, { signal });
    assertEquals(result.error?.kind, "resolve", url);
    assertStringIncludes(result.error?.message ?? "", "expected a URL with a host");
  }
});

Deno.test("[controllerconn#38] HTTP_PROXY and HTTPS_PROXY in the environment have no effect", async () => {
  const proxy = await startServer({ handler: answer(200, "proxy") });
  const names = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"];
  const before = names.map((name) => [name, Deno.env.get(name)] as const);
  for (const name of names) Deno.env.set(name, `http://127.0.0.1:${proxy.port}`);
  const plain = await startServer({ handler: answer(200, "plain") });
  try {
    await withClient({ handler: answer(200, "direct") }, {}, async ({ server, send, client }) => {
      assertEquals(new TextDecoder().decode((await send("ping")).contents), "direct");
      await client.sendOnAllIntf(`${plain.name}/x`, undefined, { signal });
      assertEquals([server.seen.length, plain.seen.length, proxy.connections()], [1, 1, 0]);
    });
  } finally {
    for (const [name, value] of before) {
      value === undefined ? Deno.env.delete(name) : Deno.env.set(name, value);
    }
    await proxy.close();
    await plain.close();
  }
});

Deno.test("an empty body to somewhere else than /edgedevice/ is a POST without bytes", () =>
  withClient({ handler: answer(200) }, {}, async ({ server, client }) => {
    const result = await client.sendOnAllIntf(`https://${server.name}/other`, new Uint8Array(), { signal });
    assertEquals(result.error, undefined);
    const [seen] = server.seen;
    assertEquals([seen?.method, seen?.headers["content-length"], seen?.body.length], ["POST", "0", 0]);
  }));

Deno.test("credentials in a URL become a header for the server; URL, counters, trace and error are without them", async () => {
  const metrics = newAgentMetrics(() => 0);
  const told: string[] = [];
  const tracer: AttemptTracer = {
    attempt: (begin) => {
      told.push(begin.url);
      return (step) => void (step.step === "requested" && told.push(step.url));
    },
  };
  await withClient({ handler: answer(500) }, { metrics }, async ({ server, client }) => {
    const url = `https://user:se%3Acret@${server.name}/x`;
    const { reqURL, error } = await client.sendOnAllIntf(url, undefined, { signal, tracer });
    assertEquals(server.seen[0]?.headers.authorization, `Basic ${btoa("user:se:cret")}`);
    assertEquals(reqURL, `https://${server.name}/x`);
    assertEquals(Object.keys(metrics.snapshot()["eth0"]?.URLCounters ?? {}), [reqURL]);
    assertEquals([...told, error?.message].some((text) => text?.includes("user")), false);
    await client.sendOnAllIntf(`${server.name}/x`, undefined, { signal });
    assertEquals(server.seen[1]?.headers.authorization, undefined);
  });
});
