/** What `client` puts on the wire, seen by a controller. */
import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { AuthContainer } from "../../proto/device.ts";
import { ZRegisterMsg } from "../../proto/onboard.ts";
import { makeDeviceIdentity, makeOnboardIdentity } from "../../scripts/pki/mod.ts";
import { makeSite, network, type Site, startClient } from "./test_site.ts";

const certificateHash = (pem: string) => {
  const der = Uint8Array.fromBase64(pem.replace(/-----[^-]+-----|\s/g, ""));
  return createHash("sha256").update(der).digest("hex");
};
const base64Text = (text: string) => new TextEncoder().encode(new TextEncoder().encode(text).toBase64());

function bodyOf(site: Site, endpoint: string): Uint8Array {
  const body = site.controller.requests.find((request) => request.endpoint === endpoint)?.body;
  assert(body !== undefined, `no request ${endpoint} with a body`);
  return body;
}

async function onboarded(site: Site, operations: string): Promise<void> {
  site.nim.publish("global", network());
  await using client = startClient(site, operations, {
    commands: { "dmidecode -s system-serial-number": "SERIAL-1\n" },
  });
  assertEquals(await client.code, 0);
}

Deno.test("[client#1] getUuid: exactly GET certs, POST uuid, exit 0", async () => {
  await using site = await makeSite({ root: { onboard: "none" } });
  assert(site.files.device !== undefined);
  site.controller.addDevice({ certPem: site.files.device.certPem });
  await onboarded(site, "getUuid");
  assertEquals(site.requests(), ["GET certs", "POST uuid"]);
});

Deno.test("[client#2][client#11][device-api#19] a fresh device: certs, register (201, empty, no Content-Type), uuid, exit 0", async () => {
  await using site = await makeSite();
  await onboarded(site, "selfRegister getUuid");
  assertEquals(site.requests(), ["GET certs", "POST register", "POST uuid"]);
  const registered = site.controller.requests[1];
  assertEquals([registered?.status, registered?.answerLength], [201, 0]);
});

Deno.test("[client#3][device-api#7][device-api#8] body of register, byte by byte", async () => {
  await using site = await makeSite();
  await onboarded(site, "selfRegister getUuid");
  const { onboard, device, softSerial } = site.files;
  assert(onboard !== undefined && device !== undefined);
  const body = bodyOf(site, "register");
  const container = AuthContainer.decode(body);
  assertEquals(container.algo, 2);
  assertEquals(container.senderCertHash.toHex(), certificateHash(onboard.certPem));
  assertEquals(container.signatureHash.length, 64);
  assertEquals(container.senderCert, base64Text(onboard.certPem));
  const payload = container.protectedPayload?.payload;
  assert(payload);
  const message = ZRegisterMsg.decode(payload);
  assertEquals(message.pemCert, base64Text(device.certPem));
  assertEquals([message.serial, message.softSerial], ["SERIAL-1", softSerial]);
  assertEquals(payload[0], 0x12);
  assertEquals(site.controller.requests.map((request) => request.envelope?.hasSenderCert), [
    undefined,
    true,
    false,
  ]);
});

Deno.test("[client#4][device-api#4] body of uuid: 104 bytes, payload of length 0, hash of the device certificate, no senderCert", async () => {
  await using site = await makeSite();
  await onboarded(site, "selfRegister getUuid");
  const body = bodyOf(site, "uuid");
  assert(site.files.device !== undefined);
  assertEquals(body.length, 104);
  const head = `0a0010021a20${certificateHash(site.files.device.certPem)}2240`;
  assertEquals(body.toHex().slice(0, head.length), head);
});

Deno.test("[client#5] certs is a GET without body and without Content-Type; posts are x-proto-binary", async () => {
  await using site = await makeSite();
  await onboarded(site, "selfRegister getUuid");
  const [certs, ...posts] = site.controller.requests;
  assertEquals([certs?.method, certs?.bodyLength, certs?.headers["content-type"]], ["GET", 0, undefined]);
  for (const post of posts) assertEquals(post.headers["content-type"], "application/x-proto-binary");
});

Deno.test("[client#6] a fresh X-Request-Id each time; serial headers while there is no UUID", async () => {
  await using site = await makeSite();
  await onboarded(site, "selfRegister getUuid");
  const ids = site.controller.requests.map(({ headers }) => headers["x-request-id"] ?? "");
  assertEquals(new Set(ids).size, 3);
  for (const id of ids) {
    assertMatch(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  }
  for (const { headers } of site.controller.requests) {
    assertEquals(headers["x-serial-number"], "SERIAL-1");
    assertEquals(headers["x-soft-serial"], site.files.softSerial);
  }
});

Deno.test("[client#6] no serial numbers, no serial headers", async () => {
  await using site = await makeSite({ root: { softSerial: "" } });
  site.nim.publish("global", network());
  await using client = startClient(site, "selfRegister getUuid");
  assertEquals(await client.code, 0);
  for (const { headers } of site.controller.requests) {
    assertEquals([headers["x-serial-number"], headers["x-soft-serial"]], [undefined, undefined]);
  }
});

Deno.test("[client#7] a device key in SEC1 under PRIVATE KEY, an onboarding key behind EC PARAMETERS, an expired onboarding certificate", async () => {
  const [device, onboard] = [await makeDeviceIdentity(), await makeOnboardIdentity({ expired: true })];
  assertMatch(device.keyFile, /^-----BEGIN PRIVATE KEY-----/);
  assertNotEquals(device.keyFile, device.keyPem);
  assertMatch(onboard.keyFile, /^-----BEGIN EC PARAMETERS-----[^]*-----BEGIN EC PRIVATE KEY-----/);
  await using site = await makeSite({ root: { device, onboard } });
  await onboarded(site, "selfRegister getUuid");
});

Deno.test("selfRegister alone: exit 0 after a 201, nothing published", async () => {
  await using site = await makeSite();
  await onboarded(site, "selfRegister");
  assertEquals(site.requests(), ["GET certs", "POST register"]);
  assertEquals(site.read("/persist/status/zedclient/OnboardingStatus/global.json"), undefined);
  assertEquals([site.read("/persist/status/uuid"), site.led()], [undefined, 3]);
});
