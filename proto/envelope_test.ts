/** The verified vectors of docs/spec/device-api.md §4.7, byte for byte. */

import { assertEquals } from "@std/assert";
import { AuthContainer, common } from "./device.ts";
import { UuidRequest, UuidResponse } from "./onboard.ts";

const { HASH_ALGORITHM_SHA256_32BYTES: SHA256 } = common.HashAlgorithm;
const hex = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.fromHex(text.replace(/\s/g, ""));

const request = hex(`
  0a 00
  10 02
  1a 20 52f613220000a7750c914bc550d07fca4935f4653406c65a802b593593cc0847
  22 40 73fb6f7e44ebf288830771e317de010c2ed1bf066ab8c062287f2715888cbdcf
        647f95b3beac1956318b3c09e53aa0c19c565b889527b3671a158ae9a4c6e460`);

const response = hex(`
  0a 28 0a 26 0a 24 35643037363765652d303534372d343536392d623533302d333837653532366638636239
  10 02
  1a 20 b13785df9ddb9a7ba9c6a605225867a9f2a79e86d7c2c3d2baa93240d9428997
  22 40 159f1ca2b708f4512d370658a20d0977b88437b1b55f0879fecee79c897cabd4
        ab4ca25d929796ed0a81fda25dd835be36b902ded78f2576ad3275a5c929dd43`);

Deno.test("device-api.md §4.7: request to uuid, 104 bytes", () => {
  const fields = {
    protectedPayload: { payload: UuidRequest.encode({}).finish() },
    algo: SHA256,
    senderCertHash: request.slice(6, 38),
    signatureHash: request.slice(40),
  };
  assertEquals(AuthContainer.encode(fields).finish(), request);
  assertEquals(request.length, 104);
  const decoded = AuthContainer.decode(request);
  assertEquals(decoded.protectedPayload?.payload, new Uint8Array());
  assertEquals([decoded.algo, decoded.signatureHash.length, decoded.cipherData], [SHA256, 64, null]);
});

Deno.test("device-api.md §4.7: response to uuid, 144 bytes", () => {
  assertEquals(response.length, 144);
  const decoded = AuthContainer.decode(response);
  const payload = decoded.protectedPayload?.payload ?? new Uint8Array();
  assertEquals(payload, response.slice(4, 42));
  const { uuid } = UuidResponse.decode(payload);
  assertEquals(uuid, "5d0767ee-0547-4569-b530-387e526f8cb9");
  assertEquals(UuidResponse.encode({ uuid }).finish(), payload);
  assertEquals(AuthContainer.encode(decoded).finish(), response);
});
