import {
  assert,
  assertEquals,
  assertGreaterOrEqual,
  assertNotEquals,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { Buffer } from "node:buffer";
import { createHash, verify, X509Certificate } from "node:crypto";
import { attest, auth, certs, config, uuid } from "../../proto/all.ts";
import { fromTimestamp } from "../../proto/timestamp.ts";
import { makeControllerPki } from "../pki/mod.ts";
import { Faults } from "./faults.ts";
import type { EnvelopeFault } from "./fault.ts";
import { opened, type Scene, withController } from "./hand_made_device.ts";

const EMPTY = new Uint8Array();

Deno.test("fault programs: after, times, uuid, order, removal", () => {
  const faults = new Faults();
  const id = faults.add("config", { status: 503, after: 1, times: 2 });
  faults.add("*", { status: 500, uuid: "u" });
  assertEquals(faults.take("config"), undefined);
  assertEquals([faults.take("config")?.status, faults.take("config", "u")?.status], [503, 503]);
  assertEquals(faults.take("config"), undefined);
  assertEquals([faults.take("config", "u")?.status, faults.take("info", "u")?.status], [500, 500]);
  assert(!faults.remove(id));
  faults.clear("config");
  assertEquals(faults.list().map(({ hits }) => hits), [2]);
  faults.clear();
  assertEquals(faults.take("info", "u"), undefined);
});

Deno.test("a status for the next N requests, with Retry-After; the request is not handled", async () => {
  await withController(async ({ controller, device, onboard }) => {
    controller.faults.add("info", { status: 503, retryAfter: "7", times: 2 });
    for (const expected of [503, 503, 201]) {
      const reply = await device.post("info", EMPTY);
      assertEquals(reply.status, expected);
      assertEquals(reply.headers["retry-after"], expected === 503 ? "7" : undefined);
    }
    assertEquals((await controller.reports(device.uuid).info()).length, 1);
    for (const status of [202, 204, 304, 403, 404, 409, 429, 500]) {
      controller.faults.add("info", { status, times: 1 });
      assertEquals((await device.post("info", EMPTY)).status, status);
    }
    controller.faults.add("info", { status: 500, handle: true, times: 1 });
    assertEquals((await device.post("info", EMPTY)).status, 500);
    assertEquals((await controller.reports(device.uuid).info()).length, 2);
    controller.faults.add("ping", { status: 302, headers: { location: "/probe" }, times: 1 });
    assertEquals((await device.get("/api/v2/edgedevice/ping")).headers["location"], "/probe");
    assert(onboard.certPem !== "");
  });
});

Deno.test("spoilt envelopes are spoilt as asked for", async () => {
  await withController(async ({ controller, device }) => {
    const signing = controller.pki.signing.certPem.trim();
    const hash = createHash("sha256").update(signing).digest("hex");
    const look = async (envelope: EnvelopeFault) => {
      controller.faults.add("uuid", { envelope, times: 1 });
      const reply = await device.post("/uuid", EMPTY);
      assertThrows(() => opened(controller, reply), Error, "", envelope);
      return auth.AuthContainer.decode(reply.body);
    };
    const short = await look("hash-16");
    assertEquals([Number(short.algo), short.senderCertHash.toHex()], [1, hash.slice(0, 32)]);
    assertEquals((await look("hash-20")).senderCertHash.length, 20);
    assertNotEquals((await look("unknown-hash")).senderCertHash.toHex(), hash);
    assertEquals((await look("no-hash")).senderCertHash.length, 0);
    assertEquals((await look("wrong-signature")).signatureHash.length, 64);
    assertEquals((await look("short-signature")).signatureHash.length, 7);
    assertEquals((await look("no-signature")).signatureHash.length, 0);
    assertNotEquals(
      uuid.UuidResponse.decode((await look("flipped-payload")).protectedPayload?.payload ?? new Uint8Array())
        .uuid,
      device.uuid,
    );
    controller.faults.add("uuid", { envelope: "algo-0", times: 1 });
    const zero = auth.AuthContainer.decode((await device.post("/uuid", EMPTY)).body);
    assertEquals(Number(zero.algo), 0);
    opened(controller, await device.post("/uuid", EMPTY));
  });
});

Deno.test("other contents: empty and garbage payload, any body, sizes, Content-Type", async () => {
  await withController(async ({ controller, device }) => {
    const { faults } = controller;
    faults.add("uuid", { payload: "empty", times: 1 });
    assertEquals(opened(controller, await device.post("/uuid", EMPTY)).length, 0);
    faults.add("uuid", { payload: "garbage", times: 1 });
    const garbage = opened(controller, await device.post("/uuid", EMPTY));
    assertThrows(() => uuid.UuidResponse.decode(garbage));
    faults.add("uuid", { body: Uint8Array.of(1, 2), contentType: "text/html", times: 1 });
    const typed = await device.post("/uuid", EMPTY);
    assertEquals([typed.body, typed.headers["content-type"]], [Uint8Array.of(1, 2), "text/html"]);
    faults.add("uuid", { contentType: null, times: 1 });
    assertEquals((await device.post("/uuid", EMPTY)).headers["content-type"], undefined);
    faults.add("uuid", { body: "empty", times: 1 });
    assertEquals((await device.post("/uuid", EMPTY)).body.length, 0);
    faults.add("uuid", { truncateBody: 10, times: 1 });
    assertEquals((await device.post("/uuid", EMPTY)).body.length, 10);
    faults.add("uuid", { bodyLength: 10_000_000, times: 1 });
    assertEquals((await device.post("/uuid", EMPTY)).body.length, 10_000_000);
    faults.add("compound-config", { status: 200, body: Uint8Array.of(5), times: 1 });
    assertEquals((await device.post("compound-config", EMPTY)).body, Uint8Array.of(5));
  });
});

Deno.test("broken connections: unread, unhandled, unanswered, in the middle of the body, idle", async () => {
  await withController(async ({ controller, device }) => {
    const { faults } = controller;
    const stored = async () => (await controller.reports(device.uuid).info()).length;
    for (const [close, after] of [["unread", 0], ["unhandled", 0], ["unanswered", 1]] as const) {
      faults.add("info", { close, times: 1 });
      await assertRejects(() => device.post("info", EMPTY), Error, "", close);
      assertEquals(await stored(), after, close);
    }
    for (const closeAfterBytes of [0, 20]) {
      faults.add("uuid", { closeAfterBytes, times: 1 });
      await assertRejects(() => device.post("/uuid", EMPTY), Error, "", `${closeAfterBytes}`);
    }
    faults.add("uuid", { closeIdleMs: 0, times: 1 });
    const connection = () => controller.requests.at(-1)?.connection;
    await device.post("/uuid", EMPTY);
    const first = connection();
    await new Promise((resolve) => setTimeout(resolve, 50));
    await device.post("/uuid", EMPTY);
    const second = connection();
    assertNotEquals(second, first);
    await device.post("/uuid", EMPTY);
    assertEquals(connection(), second);
    faults.add("uuid", { connectionClose: true, times: 1 });
    assertEquals((await device.post("/uuid", EMPTY)).headers["connection"], "close");
    controller.closeConnections();
    assertEquals(controller.requests.filter(({ faulty }) => faulty).length, 7);
  });
});

Deno.test("delays delay; a hanging request hangs until the controller stops", async () => {
  await withController(async ({ controller, device }) => {
    controller.faults.add("uuid", { delayMs: 60, delayAnswerMs: 60, times: 1 });
    const start = performance.now();
    assertEquals((await device.post("/uuid", EMPTY)).status, 200);
    assertGreaterOrEqual(performance.now() - start, 115);
    controller.faults.add("uuid", { hang: true, times: 1 });
    const hanging = assertRejects(() => device.post("/uuid", EMPTY));
    controller.faults.add("info", { delayMs: 60_000 });
    const delayed = assertRejects(() => device.post("info", EMPTY));
    await controller.waitForRequest(({ endpoint, bodyLength }) => endpoint === "uuid" && bodyLength > 0);
    await controller.stop();
    await Promise.all([hanging, delayed]);
  });
});

Deno.test("lists of certificates", async () => {
  await withController(async ({ controller, device }) => {
    const types = async () => {
      const reply = await device.get("/api/v2/edgedevice/certs");
      const list = certs.ZControllerCert.decode(opened(controller, reply)).certs;
      return list.map(({ type }) => Number(type));
    };
    const expected = {
      "in-order": [1, 3, 2],
      "reversed": [2, 3, 1],
      "two-signing": [1, 1, 2, 3],
      "no-signing": [2, 3],
      "no-ecdh": [1, 2],
      "no-intermediate": [1, 3],
      "unknown-type": [1, 2, 3, 99],
      "empty": [],
    } as const;
    for (const fault of ["in-order", "reversed"] as const) {
      controller.faults.add("certs", { certs: fault, times: 1 });
      assertEquals(await types(), [...expected[fault]]);
    }
    for (
      const fault of [
        "two-signing",
        "no-signing",
        "no-ecdh",
        "no-intermediate",
        "unknown-type",
        "empty",
      ] as const
    ) {
      controller.faults.add("certs", { certs: fault, times: 1 });
      assertEquals((await types()).sort((a, b) => a - b), [...expected[fault]], fault);
    }
    const orders = new Set<string>();
    for (let i = 0; i < 60; i++) orders.add((await types()).join());
    assertGreaterOrEqual(orders.size, 2);
  }, { pki: await makeControllerPki({ hosts: ["127.0.0.1"], intermediates: 1 }) });
});

async function poll({ controller, device }: Scene, configHash: string): Promise<config.ConfigResponse> {
  const reply = await device.post("config", config.ConfigRequest.encode({ configHash }).finish());
  assertEquals(reply.status, 200);
  return config.ConfigResponse.decode(opened(controller, reply));
}

Deno.test("configurations: 200 with the same hash, older, for another device, without content", async () => {
  await withController(async (scene) => {
    const { controller: { faults }, controller, device } = scene;
    controller.putConfig(device.uuid, { productName: "Box" }, { timestampMs: 1_700_000_000_250 });
    const { configHash } = await poll(scene, "");
    faults.add("config", { config: { sameHash: "without-config" }, times: 1 });
    const same = await poll(scene, configHash);
    assertEquals([same.configHash, same.config], [configHash, null]);
    faults.add("config", { config: { sameHash: "with-config" }, times: 1 });
    assertEquals((await poll(scene, configHash)).config?.productName, "Box");
    faults.add("config", { config: { timestampMs: 1_600_000_000_000 }, times: 1 });
    const older = await poll(scene, configHash);
    assertEquals(fromTimestamp(older.config?.config_timestamp), 1_600_000_000_000);
    assertNotEquals(older.configHash, configHash);
    const uuid = crypto.randomUUID();
    faults.add("config", { config: { uuid }, times: 1 });
    const id = (await poll(scene, configHash)).config?.id;
    assertEquals([id?.uuid, id?.version], [uuid, "1"]);
    faults.add("config", { config: { withoutConfig: true }, times: 1 });
    assertEquals((await poll(scene, "")).config, null);
    faults.add("config", { config: { emptyHash: true }, times: 1 });
    assertEquals((await poll(scene, "")).configHash, "");
  }, { enforceIntegrityToken: false });
});

Deno.test("attestation: faults aim at one kind of request", async () => {
  await withController(async ({ controller, device }) => {
    const ask = async (reqType: number) => {
      const reply = await device.post("attest", attest.ZAttestReq.encode({ reqType }).finish());
      return reply.status === 201 ? attest.ZAttestResponse.decode(opened(controller, reply)) : reply.status;
    };
    controller.faults.add("attest-quote", { attest: { quoteResponse: 2 }, times: 1 });
    controller.faults.add("attest-nonce", { status: 404, times: 1 });
    assertEquals(await ask(2), 404);
    controller.faults.add("attest-nonce", { attest: { nonceLength: 32 }, times: 1 });
    const nonce = await ask(2);
    assert(typeof nonce === "object");
    assertEquals(nonce.nonce?.nonce.length, 32);
    const quote = await ask(3);
    assert(typeof quote === "object");
    assertEquals([Number(quote.quoteResp?.response), quote.quoteResp?.integrity_token.length], [2, 0]);
    controller.faults.add("attest", { attest: { respType: 1, withoutMessage: true }, times: 1 });
    const other = await ask(3);
    assert(typeof other === "object");
    assertEquals([Number(other.respType), other.quoteResp], [1, null]);
  });
});

Deno.test("an RSA certificate signs with PKCS#1 v1.5", async () => {
  await withController(async ({ controller, device }) => {
    const leaf = await controller.rotate({ kind: "RSA-2048" });
    const container = auth.AuthContainer.decode((await device.post("/uuid", EMPTY)).body);
    const key = new X509Certificate(leaf.certPem).publicKey;
    const payload = Buffer.from(container.protectedPayload?.payload ?? []);
    assert(verify("sha256", payload, key, Buffer.from(container.signatureHash)));
  });
});
