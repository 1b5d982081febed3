/** `fromJson` takes what fits and names the place of what does not. */

import { assertEquals, assertThrows } from "@std/assert";
import { attest, config, logs, metrics } from "./all.ts";
import { toBigInt } from "./int64.ts";
import { fromJson, ProtoError } from "./json.ts";

Deno.test("names, numbers, enum names, bytes, lists, maps, oneofs, Timestamps", () => {
  const message = fromJson(config.EdgeDevConfig, {
    id: { uuid: "u", version: "4" },
    apps: [{ displayname: "a", fixedresources: { memory: 1024 } }, {}],
    networks: [{ id: "n", type: "V4" }, { type: 0 }],
    bonds: [{ arp: { interval: 5 } }],
    deviceIoList: [{ phyaddrs: { Ifname: "eth0" } }],
    config_timestamp: { seconds: "9007199254740993", nanos: 0 },
    maintenance_mode: false,
    device_name: null,
  });
  assertEquals(message.apps.map(({ displayname }) => displayname), ["a", ""]);
  assertEquals(message.networks[0]?.type, config.NetworkConfig.decode(new Uint8Array([0x28, 4])).type);
  assertEquals(message.bonds[0]?.monitoring, "arp");
  assertEquals(message.deviceIoList[0]?.phyaddrs, { Ifname: "eth0" });
  assertEquals(toBigInt(message.config_timestamp?.seconds ?? 0), 9007199254740993n);
  assertEquals(config.EdgeDevConfig.decode(config.EdgeDevConfig.encode(message).finish()), message);
});

Deno.test("fromJson reverses toObject", () => {
  const bytes = attest.ZAttestQuote.encode({ attestData: new Uint8Array([1, 2, 255]) }).finish();
  const shown = attest.ZAttestQuote.toObject(attest.ZAttestQuote.decode(bytes), { bytes: String });
  assertEquals(attest.ZAttestQuote.encode(fromJson(attest.ZAttestQuote, shown)).finish(), bytes);
  const entry = { severity: "info", tags: { a: "b" }, msgid: "18446744073709551615" };
  assertEquals(logs.LogEntry.toObject(fromJson(logs.LogEntry, entry), { longs: String }), entry);
  const item = { key: "k", boolValue: true };
  assertEquals(metrics.MetricItem.toObject(fromJson(metrics.MetricItem, item)), item);
});

const wrong: [string, object, ProtoError["kind"], string][] = [
  ["wrong case", { ID: {} }, "unknown-name", "ID"],
  ["camel case for snake case", { deviceName: "x" }, "unknown-name", "deviceName"],
  ["snake case for camel case", { patch_envelopes: [] }, "unknown-name", "patch_envelopes"],
  [
    "inside a list",
    { apps: [{}, { uuidandversion: { UUID: "u" } }] },
    "unknown-name",
    "apps[1].uuidandversion.UUID",
  ],
  ["the name of a oneof", { bonds: [{ monitoring: "arp" }] }, "unknown-name", "bonds[0].monitoring"],
  ["a method", { toJSON: 1 }, "unknown-name", "toJSON"],
  ["the constructor", { constructor: 1 }, "unknown-name", "constructor"],
  ["the prototype", JSON.parse('{"__proto__": {"apps": []}}'), "unknown-name", "__proto__"],
  ["enum name", { networks: [{ type: "V5" }] }, "wrong-value", "networks[0].type"],
  ["text for a boolean", { maintenance_mode: "false" }, "wrong-value", "maintenance_mode"],
  ["number for text", { device_name: 5 }, "wrong-value", "device_name"],
  [
    "negative unsigned",
    { apps: [{ fixedresources: { memory: -5 } }] },
    "wrong-value",
    "apps[0].fixedresources.memory",
  ],
  [
    "fraction",
    { apps: [{ fixedresources: { memory: 1.5 } }] },
    "wrong-value",
    "apps[0].fixedresources.memory",
  ],
  ["no integer", { config_timestamp: { seconds: "now" } }, "wrong-value", "config_timestamp.seconds"],
  ["object for a list", { apps: {} }, "wrong-value", ""],
  ["text for a message", { id: "u" }, "wrong-value", ""],
];

for (const [what, json, kind, path] of wrong) {
  Deno.test(`fromJson refuses: ${what}`, () => {
    const error = assertThrows(() => fromJson(config.EdgeDevConfig, json), ProtoError);
    assertEquals([error.kind, error.path], [kind, path]);
  });
}
