import { assert, assertEquals, assertMatch } from "@std/assert";
import { config, info } from "../../proto/all.ts";
import { makeDeviceIdentity, makeOnboardIdentity } from "../pki/mod.ts";
import { gzipMember } from "./gzip_writer.ts";
import { withController } from "./hand_made_device.ts";
import type { Controller } from "./controller.ts";

const EMPTY = new Uint8Array();
const PROTOBUF = "application/x-proto-binary";

/** A call of the admin API; a value goes as JSON. */
async function call(
  controller: Controller,
  method: string,
  path: string,
  body?: unknown,
): Promise<[number, unknown]> {
  const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
  const response = await fetch(`${controller.adminUrl}/admin/${path}`, init);
  const text = await response.text();
  return [
    response.status,
    response.headers.get("content-type") === "application/json" ? JSON.parse(text) : text,
  ];
}

function base64(text: string): string {
  return new TextEncoder().encode(text).toBase64();
}

Deno.test("admin: onboarding certificates come, are listed, go", async () => {
  await withController(async ({ controller }) => {
    const { certPem } = await makeOnboardIdentity({ commonName: "key-1" });
    assertEquals(await call(controller, "POST", "onboard", { Cert: base64(certPem), Serial: "a, b" }), [201, {
      commonName: "key-1",
    }]);
    const [, names] = await call(controller, "GET", "onboard");
    assert(Array.isArray(names) && names.includes("key-1"));
    assertEquals(await call(controller, "GET", "onboard/key-1"), [200, {
      Cert: base64(certPem),
      Serial: "a,b",
    }]);
    assertEquals(await call(controller, "DELETE", "onboard/key-1"), [200, {}]);
    assertEquals((await call(controller, "GET", "onboard/key-1"))[0], 404);
    const { certPem: hostile } = await makeOnboardIdentity({ commonName: "../../etc" });
    assertEquals((await call(controller, "POST", "onboard", { Cert: base64(hostile) }))[0], 400);
  });
});

Deno.test("admin: devices, configurations as JSON and protobuf, options", async () => {
  await withController(async ({ controller, device }) => {
    const { certPem } = await makeDeviceIdentity();
    const UUID = crypto.randomUUID();
    assertEquals((await call(controller, "POST", "device", { Cert: base64(certPem), UUID }))[0], 201);
    assertEquals(await call(controller, "GET", "device"), [200, [device.uuid, UUID]]);
    const at = `device/${UUID}`;
    assertEquals(await call(controller, "GET", at), [200, { UUID, Cert: base64(certPem), Serial: "" }]);

    assertEquals((await call(controller, "GET", `${at}/config`))[0], 404);
    const json = { configItems: [{ key: "timer.config.interval", value: "30" }] };
    assertEquals(await call(controller, "PUT", `${at}/config?config_timestamp=5000`, json), [200, {
      version: 1,
    }]);
    assertEquals(await call(controller, "GET", `${at}/config`), [200, {
      id: { uuid: UUID, version: "1" },
      ...json,
      config_timestamp: { seconds: "5" },
    }]);
    const binary = config.EdgeDevConfig.encode({ productName: "Box" }).finish();
    const url = `${controller.adminUrl}/admin/${at}/config`;
    const put = await fetch(url, { method: "PUT", headers: { "content-type": PROTOBUF }, body: binary });
    assertEquals(await put.json(), { version: 2 });
    const got = await fetch(url, { headers: { accept: PROTOBUF } });
    assertEquals(config.EdgeDevConfig.decode(await got.bytes()).productName, "Box");
    assertEquals((await call(controller, "PUT", `${at}/config`, { productname: "Box" }))[0], 400);

    const [status, options] = await call(controller, "PUT", `${at}/options`, { integrityToken: "t" });
    assertEquals([status, options], [200, { ...controller.deviceOptions(UUID), integrityToken: "t" }]);
    assertEquals((await call(controller, "PUT", `${at}/options`, { integritytoken: "t" }))[0], 400);
    const settings = { strict: false, enforceIntegrityToken: true };
    assertEquals(await call(controller, "PUT", "options", { strict: false }), [200, settings]);
    assertEquals(await call(controller, "DELETE", at), [200, {}]);
    assertEquals((await call(controller, "GET", at))[0], 404);
    assertEquals((await call(controller, "GET", `device/${crypto.randomUUID()}/logs`))[0], 404);
  });
});

Deno.test("admin: what devices sent, and the requests", async () => {
  await withController(async ({ controller, device }) => {
    const at = `device/${device.uuid}`;
    await device.post("info", info.ZInfoMsg.encode({ devId: device.uuid, ztype: 1 }).finish());
    const content = new TextEncoder().encode(`{"content":"hello","msgid":3}\n`);
    await device.post("newlogs", gzipMember({ comment: `{"image":"IMGA"}`, mtimeMs: 1000, content }));
    const app = crypto.randomUUID();
    await device.post(`apps/instanceid/${app}/newlogs`, gzipMember({ name: "web", mtimeMs: 1000, content }));
    const [, list] = await call(controller, "GET", `${at}/info`);
    assert(Array.isArray(list));
    assertEquals(list.map(({ message }) => message), [{ ztype: "ZiDevice", devId: device.uuid }]);
    const [, logs] = await call(controller, "GET", `${at}/logs`);
    assert(Array.isArray(logs));
    assertMatch(logs[0].received, /^20.*Z$/);
    assertEquals([logs[0].image, logs[0].entry.content, logs[0].entry.msgid], ["IMGA", "hello", 3]);
    const [, appLogs] = await call(controller, "GET", `${at}/app/${app}/logs`);
    assert(Array.isArray(appLogs));
    assertEquals([appLogs.length, appLogs[0].appName], [1, "web"]);
    assertEquals(await call(controller, "GET", `${at}/app`), [200, [app]]);
    for (const empty of ["metrics", "flowlogs", "hardwarehealth", "certs"]) {
      assertEquals(await call(controller, "GET", `${at}/${empty}`), [200, []], empty);
    }
    assertEquals((await call(controller, "GET", `${at}/nothing`))[0], 404);
    const [, requests] = await call(controller, "GET", "requests");
    assert(Array.isArray(requests));
    assertEquals(requests.map(({ endpoint, status }) => [endpoint, status]), [
      ["info", 201],
      ["newlogs", 201],
      ["app-newlogs", 201],
    ]);
    assertEquals([requests[0].envelope.signatureOk, "body" in requests[0]], [true, false]);
    assertEquals(await call(controller, "DELETE", "requests"), [200, {}]);
    assertEquals(controller.requests.length, 0);
  });
});

Deno.test("admin: faults and rotation; nonsense is 400, 404 or 405 and harms nothing", async () => {
  await withController(async ({ controller, device }) => {
    const fault = { status: 503, times: 1, body: { base64: "AQI=" }, contentType: null };
    const [status, added] = await call(controller, "POST", "faults", { endpoint: "uuid", fault });
    assertEquals([status, added], [201, { id: 1 }]);
    const listed = { id: 1, endpoint: "uuid", fault, seen: 0, hits: 0 };
    assertEquals(await call(controller, "GET", "faults"), [200, [listed]]);
    const reply = await device.post("/uuid", EMPTY);
    assertEquals([reply.status, reply.body], [503, Uint8Array.of(1, 2)]);
    const config = { sameHash: "with-config", timestampMs: 5 };
    const attest = { quoteResponse: 3 };
    const more = {
      endpoint: "*",
      fault: { config, attest, envelope: "hash-16", close: "unread", headers: { a: "b" } },
    };
    assertEquals((await call(controller, "POST", "faults", more))[0], 201);
    assertEquals(controller.faults.list().map((program) => program.fault), [{
      config: { sameHash: "with-config", timestampMs: 5 },
      attest: { quoteResponse: 3 },
      envelope: "hash-16",
      close: "unread",
      headers: { a: "b" },
    }]);
    assertEquals(await call(controller, "DELETE", "faults/2"), [200, {}]);
    assertEquals((await call(controller, "DELETE", "faults/2"))[0], 404);
    for (
      const wrong of [
        [],
        { endpoint: "nowhere" },
        {},
        { endpoint: "uuid", fault: { statsu: 500 } },
        { endpoint: "uuid", fault: { status: "500" } },
        { endpoint: "uuid", fault: { status: 99 } },
        { endpoint: "uuid", fault: { config: { emptyHash: 1 } } },
      ]
    ) assertEquals((await call(controller, "POST", "faults", wrong))[0], 400, JSON.stringify(wrong));

    const before = controller.pki.signing.certPem;
    assertEquals(
      (await call(controller, "POST", "rotate", { kind: "P-256", changeConfigHash: false }))[0],
      200,
    );
    assert(controller.pki.signing.certPem !== before);
    assertEquals((await call(controller, "POST", "rotate", { kind: "P-512" }))[0], 400);
    assertEquals((await call(controller, "POST", "rotate", { signLater: true }))[0], 200);
    assertEquals((await call(controller, "POST", "rotate/sign"))[0], 200);
    assertEquals((await call(controller, "GET", "nowhere"))[0], 404);
    assertEquals((await call(controller, "PUT", "onboard"))[0], 405);
    assertEquals((await call(controller, "DELETE", "connections"))[0], 200);
    assertEquals((await device.post("/uuid", EMPTY)).status, 200);
  });
});
