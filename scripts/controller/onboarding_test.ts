import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { auth, certs, register, uuid } from "../../proto/all.ts";
import { makeDeviceIdentity, makeOnboardIdentity } from "../pki/mod.ts";
import {
  envelope,
  HandMadeDevice,
  opened,
  registration,
  textOf,
  withController,
} from "./hand_made_device.ts";

const EMPTY = new Uint8Array();
const REGISTER = "/api/v2/edgedevice/register";
const UUID = "/api/v2/edgedevice/uuid";

Deno.test("probe and ping are open, unknown paths 404, wrong methods 405", async () => {
  await withController(async ({ device }) => {
    assertEquals((await device.get("/probe")).status, 200);
    const ping = await device.get("/api/v2/edgedevice/ping");
    assertEquals([ping.status, ping.body.length, ping.headers["content-type"]], [200, 0, undefined]);
    assertEquals((await device.get("/api/v2/edgeDevice/ping")).status, 404);
    assertEquals((await device.get("/api/v1/edgedevice/ping")).status, 404);
    assertEquals((await device.get(UUID)).status, 405);
    assertEquals((await device.post("compound-config", EMPTY)).status, 404);
    assertEquals((await device.post("connection/tunnel", EMPTY)).status, 404);
  });
});

Deno.test("certs: a signed list of the signing and the ECDH certificate, on GET and POST", async () => {
  await withController(async ({ controller, device }) => {
    for (const method of ["GET", "POST"]) {
      const reply = await device.send(method, "/api/v2/edgedevice/certs");
      assertEquals(reply.status, 200);
      assertEquals(reply.headers["content-type"], "application/x-proto-binary");
      const list = certs.ZControllerCert.decode(opened(controller, reply)).certs;
      assertEquals(list.map(({ type }) => Number(type)).sort(), [1, 3]);
      for (const { cert, certHash, hashAlgo } of list) {
        const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", cert));
        assertEquals([Number(hashAlgo), certHash.toHex()], [1, digest.subarray(0, 16).toHex()]);
        assert(!new TextDecoder().decode(cert).endsWith("\n"));
      }
    }
  });
});

Deno.test("register: 201, then 409 for the serial, also by the same device; uuid then answers", async () => {
  await withController(async ({ controller, device, onboard }) => {
    const [first, second] = await Promise.all([makeDeviceIdentity(), makeDeviceIdentity()]);
    const created = await device.send("POST", REGISTER, registration(onboard, first, { serial: "serial-1" }));
    assertEquals([created.status, created.body.length], [201, 0]);
    const again = await device.send("POST", REGISTER, registration(onboard, first, { serial: "serial-1" }));
    assertEquals(again.status, 409);
    const other = await device.send("POST", REGISTER, registration(onboard, second, { serial: "serial-1" }));
    assertEquals(other.status, 409);

    const reply = await device.send("POST", UUID, envelope(first, EMPTY));
    assertEquals(reply.status, 200);
    const { uuid: answered } = uuid.UuidResponse.decode(opened(controller, reply));
    assertEquals(controller.devices().find(({ serial }) => serial === "serial-1")?.uuid, answered);
    assertEquals((await device.send("POST", UUID, envelope(second, EMPTY))).status, 401);
  });
});

Deno.test("register: the soft serial counts when the hardware serial does not; both used up is 500 or 409", async () => {
  await withController(async ({ controller, device, onboard }) => {
    const first = await makeDeviceIdentity();
    const soft = registration(onboard, first, { serial: "unheard of", softSerial: "serial-2" });
    assertEquals((await device.send("POST", REGISTER, soft)).status, 201);
    assertEquals(controller.devices().at(-1)?.serial, "serial-2");
    assertEquals((await device.send("POST", REGISTER, soft)).status, 409);

    const free = await makeOnboardIdentity();
    controller.addOnboard(free.certPem, ["*"]);
    const anyone = registration(free, await makeDeviceIdentity(), { serial: "a", softSerial: "b" });
    assertEquals((await device.send("POST", REGISTER, anyone)).status, 201);
    assertEquals((await device.send("POST", REGISTER, anyone)).status, 500);
  });
});

Deno.test("register: refusals", async () => {
  await withController(async ({ controller, device, onboard }) => {
    const fresh = await makeDeviceIdentity();
    const send = (body: Uint8Array) => device.send("POST", REGISTER, body).then(({ status }) => status);
    const serial = { serial: "serial-1" };
    assertEquals(await send(EMPTY), 400);
    assertEquals(await send(new Uint8Array(64).fill(0xff)), 400);
    assertEquals(await send(registration(await makeOnboardIdentity(), fresh, serial)), 403);
    assertEquals(await send(registration(onboard, fresh, { serial: "unheard of" })), 403);
    assertEquals(await send(registration(onboard, fresh, {})), 403);
    assertEquals(await send(registration(onboard, fresh, serial, { senderCertHash: EMPTY })), 401);
    assertEquals(
      await send(registration(onboard, fresh, serial, { senderCertHash: new Uint8Array(32) })),
      401,
    );
    assertEquals(
      await send(registration(onboard, fresh, serial, { signatureHash: new Uint8Array(64) })),
      401,
    );
    assertEquals(await send(registration(onboard, fresh, serial, { senderCert: EMPTY })), 400);
    assertEquals(await send(registration(onboard, fresh, serial, { senderCert: onboard.der })), 400);
    const pemAsIs = register.ZRegisterMsg.encode({
      pemCert: new TextEncoder().encode(fresh.certPem),
      ...serial,
    });
    const { senderCert } = auth.AuthContainer.decode(registration(onboard, fresh, serial));
    assertEquals(await send(envelope(onboard, pemAsIs.finish(), { senderCert })), 400);
    assertEquals(controller.devices().length, 1);
    assertEquals(await send(registration(onboard, fresh, serial)), 201);
  });
});

Deno.test("signed requests: what the controller refuses, and with what", async () => {
  await withController(async ({ controller, device }) => {
    const post = (change: auth.IAuthContainer) => device.post("/uuid", EMPTY, change);
    const good = auth.AuthContainer.decode(envelope(device.identity, EMPTY));
    assertEquals((await post({})).status, 200);
    assertEquals((await device.send("POST", UUID, EMPTY)).status, 500);
    assertEquals((await device.send("POST", UUID, new Uint8Array(50).fill(0xff))).status, 500);
    assertEquals(
      (await device.send("POST", UUID, envelope(device.identity, EMPTY).subarray(0, 50))).status,
      500,
    );
    assertEquals((await post({ senderCertHash: EMPTY })).status, 401);
    assertEquals((await post({ senderCertHash: good.senderCertHash.slice(0, 16), algo: 1 })).status, 401);
    assertEquals((await post({ signatureHash: good.signatureHash.slice(0, 20) })).status, 401);
    assertEquals((await post({ signatureHash: EMPTY })).status, 401);
    assertEquals((await post({ signatureHash: new Uint8Array(96) })).status, 401);
    assertEquals((await post({ protectedPayload: { payload: Uint8Array.of(1) } })).status, 401);
    assertEquals((await post({ algo: 1 })).status, 401);
    assertEquals((await post({ senderCert: Uint8Array.of(1) })).status, 400);
    const untyped = await device.send("POST", UUID, envelope(device.identity, EMPTY), { headers: {} });
    assertEquals(untyped.status, 415);

    const other = controller.addDevice({ certPem: (await makeDeviceIdentity()).certPem });
    const elsewhere = new HandMadeDevice(controller, device.identity, other.uuid);
    const refused = await elsewhere.post("config", EMPTY);
    assertEquals(refused.status, 403);
    assertEquals(refused.headers["content-type"], "text/plain; charset=utf-8");
    assertStringIncludes(textOf(refused), device.uuid);
    controller.setSettings({ strict: false });
    assertEquals((await elsewhere.post("info", EMPTY)).status, 201);
    elsewhere.close();
  });
});

Deno.test("the device vector of device-api §4.7 is accepted, and nothing near it", async () => {
  const certPem = `-----BEGIN CERTIFICATE-----
MIIBAjCBqgIBATAKBggqhkjOPQQDAjAOMQwwCgYDVQQDDANFVkUwHhcNMjYxMTIz
MjEzMzM2WhcNNDYxMTE4MjEzMzM2WjAOMQwwCgYDVQQDDANFVkUwWTATBgcqhkjO
PQIBBggqhkjOPQMBBwNCAATr6lJUIUCNAxPHr8HRc0f+EBhenmdrboyBWePcNICS
x0ZR+VkPGC9/+u8D6XfJsHPZLOV4hX+Nq3atAgHgwPcfMAoGCCqGSM49BAMCA0cA
MEQCIFPxLkM7IHjI8X1bp3szde3HXuYZa8br/MsIrD9xFCxcAiBWC2euJslfoEdj
UYstPlCfNEe4eiqT63NGhTvNrbOIQQ==
-----END CERTIFICATE-----
`;
  const body = Uint8Array.fromHex(
    "0a0010021a2052f613220000a7750c914bc550d07fca4935f4653406c65a802b593593cc0847" +
      "224073fb6f7e44ebf288830771e317de010c2ed1bf066ab8c062287f2715888cbdcf" +
      "647f95b3beac1956318b3c09e53aa0c19c565b889527b3671a158ae9a4c6e460",
  );
  assertEquals(body.length, 104);
  await withController(async ({ controller, device }) => {
    const { uuid: expected } = controller.addDevice({ certPem });
    const reply = await device.send("POST", UUID, body);
    assertEquals(reply.status, 200);
    assertEquals(uuid.UuidResponse.decode(opened(controller, reply)).uuid, expected);
    for (const at of [6, 40, 103]) {
      const spoilt = body.slice();
      spoilt[at] = (spoilt[at] ?? 0) ^ 1;
      assertEquals((await device.send("POST", UUID, spoilt)).status, 401, `byte ${at}`);
    }
  });
});

Deno.test("uuid answers the hardware model that was set for the device", async () => {
  await withController(async ({ controller, device }) => {
    controller.setDeviceOptions(device.uuid, { manufacturer: "Acme", productName: "Box" });
    const answer = uuid.UuidResponse.decode(opened(controller, await device.post("/uuid", EMPTY)));
    assertEquals([answer.uuid, answer.manufacturer, answer.product_name], [device.uuid, "Acme", "Box"]);
  });
});
