import { assert, assertEquals, assertMatch, assertNotEquals, assertThrows } from "@std/assert";
import { createHash, createPrivateKey, sign } from "node:crypto";
import { Buffer } from "node:buffer";
import { attest, config } from "../../proto/all.ts";
import { fromTimestamp } from "../../proto/timestamp.ts";
import { makeDeviceIdentity } from "../pki/mod.ts";
import { type HandMadeDevice, opened, type Reply, type Scene, withController } from "./hand_made_device.ts";

const TEXT = new TextEncoder();

function poll(device: HandMadeDevice, configHash: string, token: string): Promise<Reply> {
  const request = { configHash, integrity_token: TEXT.encode(token) };
  return device.post("config", config.ConfigRequest.encode(request).finish());
}

async function ask(
  { controller, device }: Scene,
  request: attest.IZAttestReq,
): Promise<attest.ZAttestResponse> {
  const reply = await device.post("attest", attest.ZAttestReq.encode(request).finish());
  assertEquals(reply.status, 201);
  return attest.ZAttestResponse.decode(opened(controller, reply));
}

Deno.test("config: 404 before a PUT, 403 without the token, then 200, then 304", async () => {
  await withController(async (scene) => {
    const { controller, device } = scene;
    assertEquals((await poll(device, "", "")).status, 404);
    assertEquals(controller.putConfig(device.uuid, { manufacturer: "Acme" }), 1);
    assertEquals((await poll(device, "", "")).status, 403);
    assertEquals((await poll(device, "", "wrong")).status, 403);

    assertEquals(Number((await ask(scene, { reqType: 2 })).respType), 2);
    const { quoteResp } = await ask(scene, { reqType: 3, quote: {} });
    const token = new TextDecoder().decode(quoteResp?.integrity_token);
    assertMatch(token, /^[0-9a-f]{128}$/);

    const first = await poll(device, "", token);
    assertEquals([first.status, first.headers["content-type"]], [200, "application/x-proto-binary"]);
    const { config: served, configHash } = config.ConfigResponse.decode(opened(controller, first));
    assertEquals([served?.id?.uuid, served?.id?.version, served?.manufacturer], [device.uuid, "1", "Acme"]);
    assertMatch(served?.controllercert_confighash ?? "", /^[0-9a-f]{64}$/);
    assertMatch(configHash, /^[A-Za-z0-9_-]{43}=$/);

    const same = await poll(device, configHash, token);
    assertEquals([same.status, same.body.length], [304, 0]);
    assertEquals((await poll(device, configHash, "")).status, 403);
    assertEquals(controller.putConfig(device.uuid, { manufacturer: "Acme" }), 2);
    assertEquals((await poll(device, configHash, token)).status, 200);
    controller.setDeviceOptions(device.uuid, { integrityToken: "another" });
    assertEquals((await poll(device, configHash, token)).status, 403);
    controller.setSettings({ enforceIntegrityToken: false });
    assertEquals((await poll(device, "", "")).status, 200);
  });
});

Deno.test("putConfig: bytes are kept, the version counts up, another device's UUID and unknown names are refused", async () => {
  await withController(async ({ controller, device: { uuid } }) => {
    const unknownField = Uint8Array.of(0xfa, 0x3f, 0x01, 0x21);
    const known = config.EdgeDevConfig.encode({ id: { version: "7" }, productName: "Box" }).finish();
    assertEquals(controller.putConfig(uuid, Buffer.concat([known, unknownField])), 7);
    const stored = await Deno.readFile(`${controller.dir}/device/${uuid}/config.json`);
    assert(Buffer.from(stored).includes(Buffer.from(unknownField)));
    assertEquals(controller.putConfig(uuid, { productName: "Box" }, { timestampMs: 1_700_000_000_500 }), 8);
    assertEquals(fromTimestamp(controller.getConfig(uuid)?.config_timestamp), 1_700_000_000_500);
    assertThrows(() => controller.putConfig(uuid, { id: { uuid: crypto.randomUUID() } }), Error, "not for");
    const misspelt: object = { productname: "Box" };
    assertThrows(() => controller.putConfig(uuid, misspelt), Error, "productname");
    assertThrows(() => controller.putConfig(uuid, Uint8Array.of(0xff)));
    assertThrows(() => controller.putConfig(crypto.randomUUID(), {}), Error, "no device");
    assertEquals(controller.getConfig(uuid)?.productName, "Box");
  });
});

Deno.test("rotation changes the signer at once, the config's certificate hash only if wanted", async () => {
  await withController(async ({ controller, device }) => {
    controller.setSettings({ enforceIntegrityToken: false });
    controller.putConfig(device.uuid, {});
    const look = async () => {
      const response = config.ConfigResponse.decode(opened(controller, await poll(device, "", "")));
      return response.config?.controllercert_confighash;
    };
    const [before, signer] = [await look(), controller.pki.signing.certPem];
    await controller.rotate({ changeConfigHash: false });
    assertNotEquals(controller.pki.signing.certPem, signer);
    assertEquals(await look(), before);
    await controller.rotate({ which: "ecdh" });
    assertNotEquals(await look(), before);
  });
});

Deno.test("attest: nonce, quote without TPM, keys; malformed and unknown requests are 400", async () => {
  await withController(async (scene) => {
    const { device, controller } = scene;
    const nonce = new TextDecoder().decode((await ask(scene, { reqType: 2 })).nonce?.nonce);
    assertMatch(nonce, /^[0-9a-f]{12}$/);
    assertEquals(controller.deviceOptions(device.uuid).nonce, nonce);
    const stale = await ask(scene, { reqType: 4, storage_keys: { keys: [] } });
    assertEquals(Number(stale.storage_keys_resp?.response), 2);
    const { quoteResp } = await ask(scene, { reqType: 3, quote: {} });
    assertEquals([Number(quoteResp?.response), quoteResp?.keys.length], [1, 0]);
    const again = await ask(scene, { reqType: 3 });
    assertEquals(again.quoteResp?.integrity_token, quoteResp?.integrity_token);
    const keys = [{ key_type: 1, key: Uint8Array.of(1, 2, 3) }];
    const stored = await ask(scene, {
      reqType: 4,
      storage_keys: { integrity_token: quoteResp?.integrity_token, keys },
    });
    assertEquals(Number(stored.storage_keys_resp?.response), 1);
    assertEquals((await device.post("attest", new Uint8Array(4))).status, 400);
    assertEquals((await device.post("attest", Uint8Array.of(0x08, 0x09))).status, 400);
  });
});

Deno.test("attest with a TPM: nonce, certificate and signature are checked, stored keys come back", async () => {
  await withController(async (scene) => {
    const { device, controller } = scene;
    const signer = await makeDeviceIdentity();
    const quoteFor = (nonce: string): attest.IZAttestQuote => {
      const data = TEXT.encode(nonce);
      const attestData = Uint8Array.of(
        0xff,
        0x54,
        0x43,
        0x47,
        0x80,
        0x18,
        0,
        1,
        9,
        0,
        data.length,
        ...data,
        1,
        2,
      );
      const signature = new Uint8Array(
        sign("sha256", Buffer.from(attestData), createPrivateKey(signer.keyPem)),
      );
      return { attestData, signature, pcr_values: [{ index: 0, hash_algo: 2, value: new Uint8Array(32) }] };
    };
    const judge = async (quote: attest.IZAttestQuote) => {
      return Number((await ask(scene, { reqType: 3, quote })).quoteResp?.response);
    };
    const nonce = new TextDecoder().decode((await ask(scene, { reqType: 2 })).nonce?.nonce);
    assertEquals(await judge(quoteFor(nonce)), 3);

    const cert = TEXT.encode(signer.certPem);
    const certHash = new Uint8Array(createHash("sha256").update(cert).digest()).subarray(0, 16);
    const sent = await ask(scene, { reqType: 1, certs: [{ hashAlgo: 1, certHash, type: 11, cert }] });
    assertEquals(Number(sent.respType), 1);
    assertEquals(controller.reports(device.uuid).certs()[0]?.cert, cert);

    assertEquals(await judge(quoteFor("000000000000")), 2);
    assertEquals(await judge({ ...quoteFor(nonce), signature: new Uint8Array(70) }), 4);
    assertEquals(await judge({ ...quoteFor(nonce), attestData: new Uint8Array(5) }), 4);
    assertEquals(await judge(quoteFor(nonce)), 1);
    const token = TEXT.encode(controller.deviceOptions(device.uuid).integrityToken);
    const key = Uint8Array.of(7, 8, 9);
    await ask(scene, { reqType: 4, storage_keys: { integrity_token: token, keys: [{ key_type: 1, key }] } });
    const { quoteResp } = await ask(scene, { reqType: 3, quote: quoteFor(nonce) });
    assertEquals(quoteResp?.keys.map((item) => item.key), [key]);
  });
});
