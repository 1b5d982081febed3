/** What `client` makes of answers: refusals, broken envelopes, hostile certificate lists; and what the LED shows. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { UuidResponse } from "../../proto/onboard.ts";
import type { CertListFault, Fault } from "../../scripts/controller/mod.ts";
import { makeControllerPki } from "../../scripts/pki/mod.ts";
import { until } from "../agent/test_device.ts";
import { systemClock } from "../agent/mod.ts";
import { makeSite, network, type Site, startClient } from "./test_site.ts";

const never = new AbortController().signal;
const onboardingStatus = "/persist/status/zedclient/OnboardingStatus/global.json";
const count = (site: Site, request: string) => site.requests().filter((each) => each === request).length;

for (const status of [409, 403, 304, 400, 401, 422, 500, 503]) {
  const onboarded = status === 304 ? "[device-api#19] " : "";
  const item = status === 409 || status === 403 ? "[client#12][device-api#19] " : onboarded;
  Deno.test(`${item}register ${status} with uuid 200: exit 0`, async () => {
    await using site = await makeSite();
    assert(site.files.device !== undefined);
    site.controller.addDevice({ certPem: site.files.device.certPem });
    site.controller.faults.add("register", { status });
    site.nim.publish("global", network());
    await using client = startClient(site, "selfRegister getUuid");
    assertEquals(await client.code, 0);
    assertEquals([site.requests(), site.led()], [["GET certs", "POST register", "POST uuid"], 4]);
  });
}

Deno.test("[device-api#19] register 200 to the same device again: exit 0", async () => {
  await using site = await makeSite();
  site.controller.faults.add("register", { status: 200, handle: true });
  site.nim.publish("global", network());
  await using client = startClient(site, "selfRegister getUuid");
  assertEquals(await client.code, 0);
});

Deno.test("[client#13][device-api#19] register 403 with uuid 401: both again and again, the LED file shows 18; once the onboarding certificate is known there, onboarded", async () => {
  await using site = await makeSite({ serials: [] });
  site.nim.publish("global", network());
  await using client = startClient(site, "selfRegister getUuid");
  await until("four passes", () => count(site, "POST uuid") === 4);
  assertEquals(count(site, "POST register"), 4);
  assertEquals(new Set(site.controller.requests.map(({ status }) => status)), new Set([200, 403, 401]));
  await until("the LED", () => site.led() === 18);
  assertEquals(client.ended(), undefined);
  assert(site.files.onboard !== undefined);
  site.controller.addOnboard(site.files.onboard.certPem, ["*"]);
  assertEquals(await client.code, 0);
  assertEquals([site.led(), count(site, "GET certs")], [4, 1]);
});

for (const [status, led] of [[409, 17], [304, 17], [400, 10], [401, 10], [422, 10], [500, 10], [503, 3]]) {
  Deno.test(`register ${status} with uuid 401: the LED file shows ${led}`, async () => {
    await using site = await makeSite();
    site.controller.faults.add("register", { status: status ?? 0 });
    site.nim.publish("global", network());
    await using client = startClient(site, "selfRegister getUuid");
    await until("a pass", () => count(site, "POST uuid") === 2);
    assertEquals([site.led(), client.ended()], [led, undefined]);
  });
}

Deno.test("a registration that worked is not sent again while uuid is refused", async () => {
  await using site = await makeSite();
  site.controller.faults.add("uuid", { status: 503, times: 3 });
  site.nim.publish("global", network());
  await using client = startClient(site, "selfRegister getUuid");
  assertEquals(await client.code, 0);
  assertEquals([count(site, "POST register"), count(site, "POST uuid"), count(site, "GET certs")], [1, 4, 1]);
});

Deno.test("[client#15] uuid answer signed by an unknown certificate: certs again within 2 s, not accepted before", async () => {
  await using site = await makeSite();
  site.controller.faults.add("uuid", { envelope: "unknown-hash", times: 1 });
  site.nim.publish("global", network());
  const speed = 0.5;
  await using client = startClient(site, "selfRegister getUuid", { speed });
  await site.controller.waitForRequest(({ endpoint }) => endpoint === "uuid");
  assertEquals(site.read(onboardingStatus), undefined);
  assertEquals(await client.code, 0);
  assertEquals(site.requests(), ["GET certs", "POST register", "POST uuid", "GET certs", "POST uuid"]);
  const [missed, again] = [site.controller.requests[2], site.controller.requests[3]];
  const wait = ((again?.at ?? 0) - (missed?.at ?? 0)) * speed;
  assert(wait > 500 && wait < 2_000, `${wait} ms`);
});

for (const outage of [0, 3]) {
  const meanwhile = outage === 0 ? "" : `, and for ${outage} fetches none are to be had`;
  Deno.test(`[client#15] the signing certificate was rotated while the client waited${meanwhile}: accepted after the new list`, async () => {
    await using site = await makeSite();
    const busy = site.controller.faults.add("uuid", { status: 503 });
    site.nim.publish("global", network());
    await using client = startClient(site, "selfRegister getUuid", { speed: 5 });
    await site.controller.waitForRequest(({ endpoint }) => endpoint === "uuid");
    if (outage > 0) site.controller.faults.add("certs", { status: 503, times: outage });
    await site.controller.rotate();
    site.controller.faults.remove(busy);
    assertEquals(await client.code, 0);
    assertEquals(count(site, "GET certs"), 2 + outage);
  });
}

Deno.test("[client#16] uuid answer with a broken signature: LED 15, not accepted", async () => {
  await using site = await makeSite();
  const fault = site.controller.faults.add("uuid", { envelope: "wrong-signature" });
  site.nim.publish("global", network());
  await using client = startClient(site, "selfRegister getUuid");
  await until("two passes", () => count(site, "POST uuid") === 2);
  assertEquals([site.led(), site.read(onboardingStatus), client.ended()], [15, undefined, undefined]);
  site.controller.faults.remove(fault);
  assertEquals(await client.code, 0);
  assertEquals(site.led(), 4);
});

const nil = UuidResponse.encode({ uuid: "00000000-0000-0000-0000-000000000000" }).finish();
const unusable: [string, Fault][] = [
  ["[client#17] Content-Type text/html", { contentType: "text/html" }],
  ["no Content-Type", { contentType: null }],
  ["an empty body", { body: "empty" }],
  ["garbage instead of an envelope", { body: "garbage" }],
  ["garbage instead of a message", { payload: "garbage" }],
  ["the nil UUID", { payload: nil }],
  ["no UUID", { payload: "empty" }],
  ["a flipped bit", { envelope: "flipped-payload" }],
  ["status 204", { status: 204 }],
];
for (const [name, fault] of unusable) {
  Deno.test(`uuid answer with ${name}: not accepted, nothing published, LED not 4`, async () => {
    await using site = await makeSite();
    site.controller.faults.add("uuid", fault);
    site.nim.publish("global", network());
    await using client = startClient(site, "selfRegister getUuid");
    await until("two passes", () => count(site, "POST uuid") === 2);
    assertEquals([site.read(onboardingStatus), site.read("/persist/status/uuid")], [undefined, undefined]);
    assert(site.led() !== 4);
    assertEquals(client.ended(), undefined);
  });
}

Deno.test("[client#26] a signing leaf that does not chain to root-certificate.pem: LED 14, neither register nor uuid", async () => {
  const pki = await makeControllerPki({ hosts: ["127.0.0.1"], signing: { foreignRoot: true } });
  await using site = await makeSite({ controller: { pki } });
  site.nim.publish("global", network());
  await using client = startClient(site, "selfRegister getUuid");
  await until("three requests", () => site.requests().length === 3);
  await until("the LED", () => site.led() === 14);
  assertEquals(new Set(site.requests()), new Set(["GET certs"]));
  assertStringIncludes(client.device.logged.join("\n"), "controller certificates refused");
  assertEquals(client.ended(), undefined);
});

const lists: CertListFault[] = ["two-signing", "no-ecdh", "unknown-type", "no-signing", "empty"];
for (const certs of lists) {
  const item = ["two-signing", "no-ecdh", "unknown-type"].includes(certs) ? "[client#27] " : "";
  Deno.test(`${item}certificate list ${certs}: LED 14, neither register nor uuid`, async () => {
    await using site = await makeSite();
    site.controller.faults.add("certs", { certs });
    site.nim.publish("global", network());
    await using client = startClient(site, "selfRegister getUuid");
    await until("three requests", () => site.requests().length === 3);
    assertEquals([new Set(site.requests()), site.led()], [new Set(["GET certs"]), 14]);
    assertEquals(client.ended(), undefined);
  });
}

Deno.test("[device-api#18] certs answering 404: retried, LED 14, no other request and no v1 request", async () => {
  await using site = await makeSite();
  site.controller.faults.add("certs", { status: 404, times: 3 });
  site.nim.publish("global", network());
  await using client = startClient(site, "selfRegister getUuid");
  assertEquals(await client.code, 0);
  assertEquals(site.requests().slice(0, 5), [
    "GET certs",
    "GET certs",
    "GET certs",
    "GET certs",
    "POST register",
  ]);
  assert(site.controller.requests.every(({ path }) => path.startsWith("/api/v2/edgedevice/")));
});

Deno.test("[client#35] the LED file does not show 4 after certs alone", async () => {
  await using site = await makeSite();
  Deno.mkdirSync(`${site.files.run}/global/LedBlinkCounter`, { recursive: true });
  Deno.writeTextFileSync(`${site.files.run}/global/LedBlinkCounter/ledconfig.json`, '{"BlinkCounter": 1}\n');
  site.controller.faults.add("register", { hang: true });
  site.nim.publish("global", network());
  await using client = startClient(site, "selfRegister getUuid");
  await until("the registration", () => count(site, "POST register") === 1);
  await systemClock.sleep(100, never);
  assertEquals([site.led(), client.ended()], [1, undefined]);
});

Deno.test("nobody listens: retried, LED 14 as for any failed fetch, then onboarded when the controller is there", async () => {
  await using site = await makeSite();
  Deno.writeTextFileSync(`${site.files.config}/server`, "127.0.0.1:1");
  site.nim.publish("global", network());
  await using client = startClient(site, "selfRegister getUuid");
  await until("the LED", () => site.led() === 14);
  Deno.writeTextFileSync(`${site.files.config}/server`, site.controller.server);
  assertEquals(await client.code, 0);
  assertEquals(site.led(), 4);
});

Deno.test("uuid 429 with Retry-After: nothing is sent before it is over, whatever nim says meanwhile", async () => {
  await using site = await makeSite();
  site.controller.faults.add("uuid", { status: 429, retryAfter: "30", times: 1 });
  site.nim.publish("global", network());
  await using client = startClient(site, "selfRegister getUuid");
  await until("429", () => count(site, "POST uuid") === 1);
  site.nim.publish("global", network(3, ["127.0.0.1", "127.0.0.2"]));
  assertEquals(await client.code, 0);
  const [refused = 0, next = 0] = site.controller.requests
    .filter(({ endpoint }) => endpoint === "uuid").map(({ at }) => at);
  assert((next - refused) * 20 >= 29_000, `${(next - refused) * 20} ms`);
});
