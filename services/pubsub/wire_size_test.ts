import { assertEquals, assertThrows } from "@std/assert";
import { PubsubError } from "./error.ts";
import { largeFields } from "./large_fields.ts";
import { LARGE_FIELD_LIMIT, MAX_MESSAGE, messageSize } from "./socket_plan.ts";
import { checkWireSize } from "./wire_size.ts";

const topic = { agent: "ag", name: "Small", persistent: false };

function check(json: string, key = ""): void {
  JSON.parse(json);
  checkWireSize(topic, key, json, new TextEncoder().encode(json).length);
}

function refused(json: string): string {
  const error = assertThrows(() => check(json), PubsubError);
  assertEquals(error.kind, "too-large");
  return error.message;
}

Deno.test("the size of a message is that of the text on the wire", () => {
  const json = '{"Nonce":"AQIDBA==","Requester":"zedagent"}';
  const text = `update AttestNonce ${btoa("01020304")} ${btoa(json)}`;
  assertEquals(messageSize("AttestNonce", "01020304", json.length), text.length);
  assertEquals(text.length, 92);
});

Deno.test("65534 bytes pass and the next size does not, in bytes and not in characters", () => {
  const fits = 3 * ((MAX_MESSAGE - 7 - 5 - 2) / 4);
  assertEquals(messageSize("Small", "", fits), MAX_MESSAGE);
  check(JSON.stringify({ A: "x".repeat(fits - 8) }));
  refused(JSON.stringify({ A: "x".repeat(fits - 7) }));
  refused(JSON.stringify({ A: "é".repeat(fits / 2) }));
});

Deno.test("large fields at any depth count as moved to files", () => {
  const large = "x".repeat(60_000);
  check(JSON.stringify({ "pubsub-large-CloudInitUserData": large, B: 1 }));
  check(
    JSON.stringify({
      Ports: [{ "pubsub-large-ProxyCertPEM": [large, large] }, { A: { "pubsub-large-X": null } }],
    }),
  );
  refused(JSON.stringify({ "pubsub-large-X": "small", B: large }));
});

Deno.test("one large field must stay below 1 MiB as a file", () => {
  const overhead = '{"pubsub-large-X":""}'.length;
  check(JSON.stringify({ "pubsub-large-X": "x".repeat(LARGE_FIELD_LIMIT - 1 - overhead) }));
  const message = refused(JSON.stringify({ "pubsub-large-X": "x".repeat(LARGE_FIELD_LIMIT - overhead) }));
  assertEquals(message.includes("pubsub-large-X"), true);
});

Deno.test("large fields are found as members only, with all kinds of values and white space", () => {
  const json = String.raw`{"T":"\"pubsub-large-A\":1", "pubsub-large-B" : {"a":"}\\\"","b":[1,{}]} ,
    "L":["pubsub-large-C",{"pubsub-large-D":null},{"pubsub-large-E":"\\"}],"pubsub-large-F":-1.5e3}`;
  JSON.parse(json);
  const found = Array.from(largeFields(json), (f) => [f.suffix, json.slice(f.valueStart, f.end).trim()]);
  assertEquals(found, [
    ["B", String.raw`{"a":"}\\\"","b":[1,{}]}`],
    ["D", "null"],
    ["E", String.raw`"\\"`],
    ["F", "-1.5e3"],
  ]);
});
