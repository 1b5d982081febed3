import { assertEquals, assertStringIncludes } from "@std/assert";
import { complete, faultOfRequest, hello, remove, restarted, update } from "./messages.ts";

const text = (packet: Uint8Array) => new TextDecoder().decode(packet);
const bytes = (request: string) => new TextEncoder().encode(request);

function fault(request: string, topic = "AttestNonce"): string | undefined {
  return faultOfRequest(bytes(request).subarray(0, 256), bytes(request).length, topic);
}

Deno.test("the messages of the worked session, to the byte", () => {
  assertEquals(text(hello("AttestNonce", false)), "hello AttestNonce false");
  assertEquals(text(hello("OnboardingStatus", true)), "hello OnboardingStatus true");
  const value = '{"Nonce":"AQIDBA==","Requester":"zedagent"}';
  assertEquals(
    text(update("AttestNonce", "01020304", value)),
    "update AttestNonce MDEwMjAzMDQ= eyJOb25jZSI6IkFRSURCQT09IiwiUmVxdWVzdGVyIjoiemVkYWdlbnQifQ==",
  );
  assertEquals(text(remove("AttestNonce", "01020304")), "delete AttestNonce MDEwMjAzMDQ=");
  assertEquals(text(complete("AttestNonce")), "complete AttestNonce");
  assertEquals(text(restarted("AttestNonce", 1)), "restarted AttestNonce 1");
});

Deno.test("the empty key: two spaces in its update, one at the end of its delete", () => {
  const value = '{"CollectInfoDatastore":{},"LocURL":"https://loc:4443"}';
  assertEquals(
    text(update("LOCConfig", "", value)),
    "update LOCConfig  eyJDb2xsZWN0SW5mb0RhdGFzdG9yZSI6e30sIkxvY1VSTCI6Imh0dHBzOi8vbG9jOjQ0NDMifQ==",
  );
  assertEquals(text(remove("LOCConfig", "")), "delete LOCConfig ");
});

Deno.test("keys and values are base64 of their UTF-8", () => {
  assertEquals(
    text(update("VaultStatus", "Application Data Store", "{}")).split(" ")[2],
    "QXBwbGljYXRpb24gRGF0YSBTdG9yZQ==",
  );
  assertEquals(text(update("T", "é", '{"A":"€"}')), "update T w6k= eyJBIjoi4oKsIn0=");
});

Deno.test("only the exact request passes, and what is wrong is said", () => {
  assertEquals(fault("request AttestNonce"), undefined);
  for (
    const wrong of [
      "",
      "request",
      "request ",
      "request Other",
      "request AttestNonce ",
      "request AttestNonce 1",
      "request  AttestNonce",
      "request AttestNonce\n",
      "Request AttestNonce",
      "hello AttestNonce",
    ]
  ) {
    assertStringIncludes(fault(wrong) ?? "", JSON.stringify(wrong));
  }
});

Deno.test("a request of 255 bytes is read, one of 256 is too large", () => {
  const name = "T".repeat(247);
  assertEquals(fault(`request ${name}`, name), undefined);
  assertStringIncludes(fault(`request ${name}T`, `${name}T`) ?? "", "has 256 bytes");
  assertStringIncludes(faultOfRequest(new Uint8Array(256), 100_000, "T") ?? "", "has 100000 bytes");
});

Deno.test("a request that is no text is refused", () => {
  assertEquals(typeof faultOfRequest(Uint8Array.of(0xff, 0, 0x80), 3, "T"), "string");
});
