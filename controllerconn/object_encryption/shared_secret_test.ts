import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import crypto from "node:crypto";
import { ControllerConnError } from "../error.ts";
import { makeCertificate } from "../testdata/certificates.ts";
import { pointOf } from "../testdata/with_point.ts";
import { isOnCurve, ORDER, toBytes } from "./p256.ts";
import { fileSharedSecret } from "./shared_secret.ts";
import { VECTOR, vectorKeyPem } from "./testdata/vector.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("the shared point of the vector, X and Y, with SEC1 inside PRIVATE KEY as EVE writes it", async () => {
  const shared = await fileSharedSecret(bytes(vectorKeyPem()))(VECTOR.controllerPoint);
  assertEquals(shared.toHex(), VECTOR.x + VECTOR.y);
});

Deno.test("both sides find the same point, Y included, whatever its sign", async () => {
  const odd = new Set<number>();
  for (let round = 0; round < 20; round++) {
    const left = makeCertificate({ name: "left" });
    const right = makeCertificate({ name: "right" });
    const one = await fileSharedSecret(bytes(left.keyPem))(pointOf(right.key));
    const other = await fileSharedSecret(bytes(right.keyPem))(pointOf(left.key));
    assertEquals(one, other);
    assertEquals(isOnCurve(new Uint8Array([4, ...one])), true);
    odd.add((one[63] ?? 0) & 1);
  }
  assertEquals([...odd].sort(), [0, 1]);
});

Deno.test("a point off the curve is refused in words: the runtime would end the process on it", async () => {
  const secret = fileSharedSecret(bytes(vectorKeyPem()));
  const off = VECTOR.controllerPoint.slice();
  off[64] = (off[64] ?? 0) ^ 1;
  const zero = new Uint8Array(65);
  zero[0] = 4;
  const compressed = VECTOR.controllerPoint.slice(0, 33);
  compressed[0] = 2;
  for (const point of [off, zero, compressed, new Uint8Array(0), new Uint8Array(65).fill(255)]) {
    const error = await assertRejects(() => secret(point), ControllerConnError);
    assertEquals(error.kind, "cipher");
    assertStringIncludes(error.message, `got ${point.length} bytes`);
  }
});

function keyOf(scalar: bigint): Uint8Array {
  const sec1 = Uint8Array.fromHex(`30310201010420${toBytes(scalar).toHex()}a00a06082a8648ce3d030107`);
  return bytes(`-----BEGIN EC PRIVATE KEY-----\n${sec1.toBase64()}\n-----END EC PRIVATE KEY-----\n`);
}

Deno.test("a key that is 1 or −1 is refused, its neighbours work", async () => {
  for (const scalar of [1n, ORDER - 1n]) {
    const error = await assertRejects(
      () => fileSharedSecret(keyOf(scalar))(VECTOR.controllerPoint),
      ControllerConnError,
    );
    assertEquals(error.kind, "identity");
  }
  for (const scalar of [2n, ORDER - 2n]) {
    const shared = await fileSharedSecret(keyOf(scalar))(VECTOR.controllerPoint);
    assertEquals(isOnCurve(new Uint8Array([4, ...shared])), true);
  }
});

Deno.test("only a key on P-256 can exchange keys", () => {
  const p384 = crypto.generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey;
  const pem = p384.export({ format: "pem", type: "pkcs8" }).toString();
  const error = assertThrows(() => fileSharedSecret(bytes(pem)), ControllerConnError);
  assertEquals(error.kind, "identity");
  assertStringIncludes(error.message, "expected a key on P-256, got secp384r1");
  assertThrows(() => fileSharedSecret(bytes("nothing")), ControllerConnError, "blocks found: none");
});
