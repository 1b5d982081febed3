import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { connect } from "node:tls";
import { join } from "node:path";
import { attest, config } from "../../proto/all.ts";
import { makeDeviceIdentity, makeOnboardIdentity } from "../pki/mod.ts";
import { gzipMember } from "./gzip_writer.ts";
import { HandMadeDevice, opened, registration, withController } from "./hand_made_device.ts";
import { Journal } from "./journal.ts";
import { startController } from "./start.ts";

const EMPTY = new Uint8Array();
const REGISTER = "/api/v2/edgedevice/register";

Deno.test("a controller started again on its folder goes on from there, on the same port if asked", async () => {
  const dir = await Deno.makeTempDir();
  const first = await startController({ dir });
  const [identity, onboard] = [await makeDeviceIdentity(), await makeOnboardIdentity()];
  first.addOnboard(onboard.certPem, ["s1", "s2"]);
  const before = new HandMadeDevice(first, identity, "");
  await before.send("POST", REGISTER, registration(onboard, identity, { serial: "s1" }));
  const uuid = first.devices()[0]?.uuid ?? "";
  first.putConfig(uuid, { productName: "Box" });
  const device = new HandMadeDevice(first, identity, uuid);
  await device.post("attest", attest.ZAttestReq.encode({ reqType: 3 }).finish());
  await device.post("newlogs", gzipMember({ comment: "{}", mtimeMs: 0, content: EMPTY }));
  await first.rotate({ changeConfigHash: false });
  first.setSettings({ strict: false });
  const integrity_token = new TextEncoder().encode(first.deviceOptions(uuid).integrityToken);
  const request = config.ConfigRequest.encode({ integrity_token }).finish();
  const { configHash } = config.ConfigResponse.decode(
    opened(first, await device.post("config", request)),
  );
  for (const each of [before, device]) each.close();
  await first.stop();

  const second = await startController({ dir, port: first.port });
  const again = new HandMadeDevice(second, identity, uuid);
  try {
    assertEquals(second.port, first.port);
    assertEquals(second.pki.signing.certPem, first.pki.signing.certPem);
    assertEquals(second.settings(), { strict: false, enforceIntegrityToken: true });
    const same = config.ConfigRequest.encode({ integrity_token, configHash }).finish();
    assertEquals((await again.post("config", same)).status, 304);
    assertEquals(
      (await again.send("POST", REGISTER, registration(onboard, identity, { serial: "s1" }))).status,
      409,
    );
    assertEquals((await second.reports(uuid).logs()).length, 1);
    assertEquals(second.putConfig(uuid, {}), 2);
    const requests = join(dir, "device", uuid, "requests");
    const names = [...Deno.readDirSync(requests)].map(({ name }) => name).sort();
    assertEquals(names.length, 2);
    const lines = Deno.readTextFileSync(join(requests, names[0] ?? "")).trimEnd().split("\n");
    assertEquals(lines.map((line) => JSON.parse(line).status), [201, 201, 200]);
  } finally {
    again.close();
    await second.stop();
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("a stored server certificate that lacks a name is replaced, the root stays", async () => {
  const dir = await Deno.makeTempDir();
  const first = await startController({ dir });
  await first.stop();
  const second = await startController({ dir, hosts: ["controller.example", "127.0.0.1"] });
  try {
    assertEquals(second.pki.root.certPem, first.pki.root.certPem);
    assertEquals(second.pki.signing.certPem, first.pki.signing.certPem);
    assertNotEquals(second.pki.server.certPem, first.pki.server.certPem);
  } finally {
    await second.stop();
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("a journal keeps order, skips what is half written, and drops the oldest at its limit", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const journal = new Journal(dir, 100);
    for (let i = 0; i < 12; i++) await journal.append(new Uint8Array(10).fill(i));
    await Deno.writeFile(join(dir, ".00000000000000000009"), EMPTY);
    const kept = (await new Journal(dir).items()).map(({ bytes }) => bytes[0] ?? -1);
    assertEquals(kept, [...kept].sort((a, b) => a - b));
    assertEquals(kept.at(-1), 11);
    assert(kept.length >= 8 && kept.length <= 10, `${kept.length} items`);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("with requireClientCert only who shows the certificate gets in, and it is noted", async () => {
  const identity = await makeDeviceIdentity();
  await withController(async ({ controller, device }) => {
    await assertRejects(() => device.get("/api/v2/edgedevice/ping"));
    const { certPem: cert, keyPem: key } = identity;
    const reply = await device.send("GET", "/api/v2/edgedevice/ping", undefined, { cert, key, agent: false });
    assertEquals(reply.status, 200);
    assertEquals(
      controller.requests.at(-1)?.clientCertHash,
      controller.addDevice({ certPem: cert }).certHash,
    );
  }, { requireClientCert: identity.certPem });
});

Deno.test("hostile bytes on the port end no controller", async () => {
  await withController(async ({ controller, device }) => {
    const { port, pki } = controller;
    using plain = await Deno.connect({ port });
    await plain.write(new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n"));
    for (
      const text of [
        "\0\0\0\0\r\n\r\n",
        "POST /api/v2/edgedevice/uuid HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\n\r\nx",
      ]
    ) {
      await new Promise<void>((resolve) => {
        const socket = connect({ port, host: "127.0.0.1", ca: pki.root.certPem }, () => {
          socket.write(text);
          setTimeout(() => socket.destroy(), 50);
        });
        socket.on("error", () => {});
        socket.on("close", () => resolve());
      });
    }
    assertEquals((await device.post("/uuid", EMPTY)).status, 200);
  });
});

Deno.test("a connection that never gets past its handshake does not hold up the end of a controller", async () => {
  const dir = await Deno.makeTempDir();
  const controller = await startController({ dir });
  using connection = await Deno.connect({ port: controller.port });
  await connection.write(new Uint8Array([22, 3, 1]));
  await controller.stop();
  await Deno.remove(dir, { recursive: true });
});
