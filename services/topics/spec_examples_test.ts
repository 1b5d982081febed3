/** Every JSON example of the spec pages goes through the codecs and comes out byte for byte. */
import { assertEquals } from "@std/assert";
import type { Topic } from "../pubsub/mod.ts";
import { topics } from "./table.ts";
import { blockExample as block, inlineExample as inline } from "./testdata/spec_example.ts";

function assertSameBytes<T>(topic: Topic<T>, json: string): void {
  assertEquals(topic.codec.encode(topic.codec.decode(json)), json);
}

function assertSameJson<T>(topic: Topic<T>, json: string): void {
  assertEquals(JSON.parse(topic.codec.encode(topic.codec.decode(json))), JSON.parse(json));
}

Deno.test("OnboardingStatus of client.md §3.1 comes out byte for byte", () => {
  assertSameBytes(topics.zedclient.OnboardingStatus, block("client.md", "### 3.1"));
});

Deno.test("DevicePortConfig of zedagent.md §8.8 comes out byte for byte", () => {
  assertSameBytes(topics.zedagent.DevicePortConfig, block("zedagent.md", "### 8.8"));
});

Deno.test("the empty lps DevicePortConfig of zedagent.md §8.7 comes out byte for byte", () => {
  assertSameBytes(topics.zedagent.DevicePortConfig, inline("zedagent.md", "### 8.7", '{"Version"'));
});

Deno.test("ZedAgentStatus of zedagent.md §9 comes out byte for byte", () => {
  assertSameBytes(topics.zedagent.ZedAgentStatus, block("zedagent.md", "## 9. ZedAgentStatus"));
});

Deno.test("PhysicalIOAdapterList of zedagent.md §8.1 comes out byte for byte", () => {
  assertSameBytes(topics.zedagent.PhysicalIOAdapterList, inline("zedagent.md", "### 8.1", '{"Initialized"'));
});

Deno.test("EncryptedVaultKeyFromController of zedagent.md §13 comes out byte for byte", () => {
  const json = inline("zedagent.md", "`EncryptedVaultKeyFromController {", '{"Name"').replace("…", "AQID");
  assertSameBytes(topics.zedagent.EncryptedVaultKeyFromController, json);
});

Deno.test("ConfigItemValueMap of zedagent.md §7.2 keeps its content, keys sorted", () => {
  const json = block("zedagent.md", "### 7.2 JSON");
  assertSameJson(topics.zedagent.ConfigItemValueMap, json);
  const { codec } = topics.zedagent.ConfigItemValueMap;
  const text = codec.encode(codec.decode(json));
  assertEquals(text.indexOf("debug.enable.usb") < text.indexOf("timer.config.interval"), true);
});

Deno.test("[nim#5] the DevicePortConfigList of nim.md §5.3, as Go writes it, comes out byte for byte", () => {
  assertSameBytes(topics.nim.DevicePortConfigList, block("nim.md", "Example of the persisted DPCL"));
});

Deno.test("DeviceNetworkStatus of nim.md §12.3 comes out byte for byte", () => {
  assertSameBytes(topics.nim.DeviceNetworkStatus, block("nim.md", "### 12.3"));
});

Deno.test("NewlogMetrics of loguploader.md §7.1 comes out byte for byte", () => {
  assertSameBytes(topics.loguploader.NewlogMetrics, block("loguploader.md", "### 7.1"));
});

Deno.test("MetricsMap of controllerconn.md §11.1 comes out byte for byte, an unused one as {}", () => {
  assertSameBytes(topics.nim.MetricsMap, block("controllerconn.md", "### 11.1"));
  assertSameBytes(topics.nim.MetricsMap, "{}");
});

Deno.test("AttestNonce of pubsub.md §3.6 comes out byte for byte", () => {
  assertSameBytes(topics.zedagent.AttestNonce, '{"Nonce":"AQIDBA==","Requester":"zedagent"}');
});

Deno.test("a LOCConfig with an empty datastore, as in pubsub.md §3.6, is read", () => {
  const base64 = "eyJDb2xsZWN0SW5mb0RhdGFzdG9yZSI6e30sIkxvY1VSTCI6Imh0dHBzOi8vbG9jOjQ0NDMifQ==";
  const text = new TextDecoder().decode(Uint8Array.fromBase64(base64));
  assertEquals(topics.zedagent.LOCConfig.codec.decode(text).LocURL, "https://loc:4443");
});

Deno.test("the empty metrics lists of nim.md §3.1 come out byte for byte", () => {
  assertSameBytes(topics.nim.PNACMetricsList, '{"Ports":null}');
  assertSameBytes(topics.nim.BondMetricsList, '{"Bonds":null}');
});
