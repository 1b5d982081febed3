/** The keys that encrypted blocks are opened with, from topics and files of a device. */
import { assertEquals } from "@std/assert";
import { makeFolder } from "../pubsub/mod.ts";
import { goControllerCert, goEdgeNodeCert, topics } from "../topics/mod.ts";
import { VECTOR, vectorKeyPem } from "../../controllerconn/object_encryption/testdata/vector.ts";
import { deviceCipherKeys } from "./cipher_keys.ts";
import { testDevice, until } from "./test_device.ts";

const hash = (text: string) => new TextEncoder().encode(text);

Deno.test("certificates come from what the program knows, then from the topic; the key from the device's file", async () => {
  await using device = testDevice();
  const cert = hash("PEM of the topic");
  device.bus.publication(topics.zedagent.ControllerCert).publish(
    hash("c").toHex(),
    goControllerCert.make({ Cert: cert }),
  );
  device.bus.publication(topics.tpmmgr.EdgeNodeCert).publish(hash("d").toHex(), goEdgeNodeCert.zero());
  const keys = deviceCipherKeys(
    device,
    (certHash) => certHash.toHex() === hash("own").toHex() ? hash("own PEM") : undefined,
  );
  assertEquals(keys.controllerCert(hash("own")), hash("own PEM"));
  await until("the topic is read", () => keys.controllerCert(hash("c")) !== undefined);
  assertEquals(keys.controllerCert(hash("c")), cert);
  assertEquals([keys.controllerCert(hash("x")), keys.sharedSecret(hash("x"))], [undefined, undefined]);
  assertEquals(keys.sharedSecret(hash("d")), undefined);
  makeFolder(`${device.paths.persist}/certs`);
  Deno.writeTextFileSync(`${device.paths.persist}/certs/ecdh.key.pem`, vectorKeyPem());
  const shared = await keys.sharedSecret(hash("d"))?.(VECTOR.controllerPoint);
  assertEquals(shared?.toHex(), VECTOR.x + VECTOR.y);
});
