/** The socket protocol, byte for byte, between a real bridge, a real publication and a subscriber of another make. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { MAX_MESSAGE, messageSize, PubsubError } from "../../services/pubsub/mod.ts";
import { goAppInstanceConfig, goLOCConfig, topics } from "../../services/topics/mod.ts";
import { BridgedBus } from "./bridged_bus.ts";
import type { Packet } from "./subscriber.ts";

const { AttestNonce, LOCConfig, CipherContext, ConfigItemValueMap, AppInstanceConfig } = topics.zedagent;
const text = new TextDecoder();
const nonce = (bytes: string) => ({ Nonce: Uint8Array.fromHex(bytes), Requester: "zedagent" });

Deno.test("[pubsub#1][pubsub#2] the worked session of §3.6: each line one packet, to the byte, nothing behind it", async () => {
  await using site = new BridgedBus();
  site.startBridge();
  const first = site.open();
  const publication = first.bus.publication(AttestNonce);
  publication.publish("01020304", nonce("01020304"));
  const subscriber = site.subscribe("zedagent/AttestNonce", "--raw");
  await subscriber.until("the dump", (packets) => packets.some(({ complete }) => complete));
  publication.unpublish("01020304");
  publication.publish("05060708", nonce("05060708"));
  await subscriber.until("the change", (packets) => packets.some(({ update }) => update === "05060708"));
  publication.signalRestarted();
  await subscriber.until("restarted", (packets) => packets.some(({ restarted }) => restarted === 1));
  first.end();
  await subscriber.until("the end", (packets) => packets.some(({ eof }) => eof));
  const lines = subscriber.packets.map(({ bytes = "" }) => text.decode(Uint8Array.fromHex(bytes)));
  assertEquals(lines, [
    "hello AttestNonce false",
    "update AttestNonce MDEwMjAzMDQ= eyJOb25jZSI6IkFRSURCQT09IiwiUmVxdWVzdGVyIjoiemVkYWdlbnQifQ==",
    "complete AttestNonce",
    "delete AttestNonce MDEwMjAzMDQ=",
    "update AttestNonce MDUwNjA3MDg= eyJOb25jZSI6IkJRWUhDQT09IiwiUmVxdWVzdGVyIjoiemVkYWdlbnQifQ==",
    "restarted AttestNonce 1",
    "",
  ]);
  assertEquals(lines.slice(0, 3).map((line) => line.length), [23, 92, 20]);
  assert(
    !site.exists(site.socket("zedagent/AttestNonce")),
    "released, so the socket is gone (decisions.md 4)",
  );

  const again = site.open().bus.publication(AttestNonce);
  await subscriber.until(
    "the dump of the next owner",
    (packets) => packets.slice(lines.length).some(({ restarted }) => restarted === 1),
  );
  assertEquals(subscriber.words.slice(lines.length), [
    "hello false",
    "update 05060708",
    "complete",
    "restarted 1",
  ]);
  again.clearRestarted();
  await subscriber.until("restarted 0", (packets) => packets.at(-1)?.restarted === 0);
});

Deno.test("[pubsub#2] an empty table is hello and complete; a persistent topic says true", async () => {
  await using site = new BridgedBus();
  const { bus } = site.open();
  bus.publication(CipherContext);
  bus.publication(topics.zedclient.OnboardingStatus);
  const plain = site.subscribe("zedagent/CipherContext");
  const persistent = site.subscribe("zedclient/OnboardingStatus");
  site.startBridge();
  for (const subscriber of [plain, persistent]) {
    await subscriber.until("complete", (packets) => packets.some(({ complete }) => complete));
  }
  assertEquals([plain.words, persistent.words], [["hello false", "complete"], ["hello true", "complete"]]);
});

Deno.test("[pubsub#5][pubsub#6] the empty key and keys with blanks, #, @, : through file, wire and reload", async () => {
  await using site = new BridgedBus();
  site.startBridge();
  const first = site.open();
  const locs = first.bus.publication(LOCConfig);
  locs.publish("", LOCConfig.codec.decode('{"LocURL":"https://loc:4443"}'));
  const keys = ["Application Data Store", "a#1", "b@2025-01-01T00:00:00Z", "c:d+e", "ä"];
  const nonces = first.bus.publication(AttestNonce);
  for (const key of keys) nonces.publish(key, nonce("01"));
  assert(site.exists(`${site.root}/run/zedagent/LOCConfig/.json`));
  const loc = site.subscribe("zedagent/LOCConfig", "--raw");
  const many = site.subscribe("zedagent/AttestNonce");
  for (const subscriber of [loc, many]) {
    await subscriber.until("complete", (packets) => packets.some(({ complete }) => complete));
  }
  const updates = () => many.packets.flatMap(({ update }) => update ?? []).sort();
  assertEquals(updates(), [...keys].sort());
  const line = (index: number) => text.decode(Uint8Array.fromHex(loc.packets[index]?.bytes ?? ""));
  assert(line(1).startsWith("update LOCConfig  ey"), line(1));
  locs.unpublish("");
  await loc.until("the delete", (packets) => packets.some((packet) => packet.delete === ""));
  assertEquals(line(3), "delete LOCConfig ");

  first.end();
  await many.until("the end", (packets) => packets.some(({ eof }) => eof));
  many.packets.length = 0;
  assertEquals([...site.open().bus.publication(AttestNonce).keys()].sort(), [...keys].sort());
  await many.until("the reload", (packets) => packets.some(({ complete }) => complete));
  assertEquals(updates(), [...keys].sort());
});

Deno.test("[pubsub#10][pubsub#11] on the wire: deletes, then updates, then restarted; of rapid publishes the last arrives", async () => {
  await using site = new BridgedBus();
  site.startBridge();
  const publication = site.open().bus.publication(AttestNonce);
  for (const key of ["old", "kept"]) publication.publish(key, nonce("01"));
  const stopped = site.subscribe("zedagent/AttestNonce");
  await stopped.until("the dump", (packets) => packets.some(({ complete }) => complete));
  const reader = site.subscribe("zedagent/AttestNonce");
  await reader.until("the dump", (packets) => packets.some(({ complete }) => complete));
  stopped.signal("SIGSTOP");
  stopped.packets.length = 0;
  // More than its socket takes: what comes after that is one batch.
  const value = (n: number) => ({ Nonce: new Uint8Array(11_000).fill(n), Requester: String(n) });
  for (let n = 1; n <= 40; n++) {
    publication.publish("kept", value(n));
    await reader.until(`change ${n}`, (packets) => packets.at(-1)?.value?.["Requester"] === String(n));
    reader.packets.length = 0;
  }
  publication.publish("new", nonce("02"));
  for (let n = 41; n <= 200; n++) publication.publish("kept", value(n));
  publication.signalRestarted();
  publication.unpublish("old");
  const later = (packets: readonly Packet[]) => packets.some((packet) => packet.delete === "old");
  await reader.until(
    "the rest",
    (packets) => later(packets) && packets.some(({ restarted }) => restarted === 1),
  );
  stopped.signal("SIGCONT");
  await stopped.until("the counter", (packets) => packets.some(({ restarted }) => restarted === 1));
  const { words, packets } = stopped;
  assert(words.length < 40, `${words.length} packets: values that nobody waited for are left out`);
  assertEquals(packets.findLast(({ update }) => update === "kept")?.value?.["Requester"], "200");
  // The message that waited was of `kept`, and became that of its last value.
  assertEquals(words.slice(words.indexOf("delete old")), ["delete old", "update new", "restarted 1"]);
});

Deno.test("[pubsub#21] a message of 65534 bytes is delivered; publish refuses one more byte", async () => {
  await using site = new BridgedBus();
  site.startBridge();
  // Of a name of nine letters the message is just as long as may be: 7 + 9 + 2 + 4 n.
  const publication = site.open().bus.publication(LOCConfig);
  const valueOf = (length: number) => goLOCConfig.make({ LocURL: "x".repeat(length) });
  const size = (length: number) =>
    messageSize("LOCConfig", "", LOCConfig.codec.encode(valueOf(length)).length);
  let length = 40_000;
  while (size(length + 1) <= MAX_MESSAGE) length++;
  publication.publish("", valueOf(length));
  const subscriber = site.subscribe("zedagent/LOCConfig", "--raw");
  await subscriber.until("the value", (packets) => packets.some(({ update }) => update === ""));
  const sent = subscriber.packets.find(({ update }) => update === "");
  assertEquals((sent?.bytes?.length ?? 0) / 2, MAX_MESSAGE);
  assertEquals(String(sent?.value?.["LocURL"]).length, length);
  const error = assertThrows(() => publication.publish("", valueOf(length + 1)), PubsubError);
  assertEquals([error.kind, error.message.includes("the limit is 65534")], ["too-large", true]);
  assertEquals(publication.get("")?.LocURL.length, length);
  publication.signalRestarted();
  await subscriber.until("what comes after", (packets) => packets.at(-1)?.restarted === 1);
  assertEquals(subscriber.words.filter((word) => word.startsWith("update")).length, 1);
});

Deno.test("[pubsub#20] large fields go inline while they fit, else as files that the reader deletes", async () => {
  await using site = new BridgedBus();
  site.startBridge();
  const publication = site.open().bus.publication(AppInstanceConfig);
  const app = (size: number) =>
    goAppInstanceConfig.make({ DisplayName: `${size}`, "pubsub-large-CloudInitUserData": "x".repeat(size) });
  publication.publish("small", app(100));
  publication.publish("large", app(200_000));
  const two = [
    site.subscribe("zedagent/AppInstanceConfig", "--raw"),
    site.subscribe("zedagent/AppInstanceConfig", "--raw"),
  ];
  for (const subscriber of two) {
    await subscriber.until("the dump", (packets) => packets.some(({ complete }) => complete));
    const value = (key: string) => subscriber.packets.find(({ update }) => update === key);
    for (const [key, size] of [["small", 100], ["large", 200_000]] as const) {
      assertEquals(String(value(key)?.value?.["pubsub-large-CloudInitUserData"]).length, size, key);
    }
    const wire = (key: string) =>
      text.decode(Uint8Array.fromHex(value(key)?.bytes ?? "")).split(" ")[3] ?? "";
    assert(atob(wire("small")).includes('"pubsub-large-CloudInitUserData"'));
    assert(
      atob(wire("large")).includes(
        '"pubsub-file-CloudInitUserData":"\\"/persist/pubsub-large/zedagent/AppInstanceConfig/',
      ),
    );
  }
  const folder = `${site.root}/persist/pubsub-large/zedagent/AppInstanceConfig`;
  assertEquals(
    Array.from(Deno.readDirSync(folder), ({ name }) => name).filter((name) =>
      name.startsWith("pubsub-file-")
    ),
    [],
  );
});

Deno.test("a value published again as it was is not sent again; other keys are not either", async () => {
  await using site = new BridgedBus();
  site.startBridge();
  const publication = site.open().bus.publication(ConfigItemValueMap);
  const empty = ConfigItemValueMap.codec.decode("{}");
  for (const key of ["a", "b", "c"]) publication.publish(key, empty);
  const subscriber = site.subscribe("zedagent/ConfigItemValueMap");
  await subscriber.until("the dump", (packets) => packets.some(({ complete }) => complete));
  subscriber.packets.length = 0;
  publication.publish("a", empty);
  publication.publish("b", ConfigItemValueMap.codec.decode('{"AgentSettings":{"x":{}}}'));
  publication.signalRestarted();
  await subscriber.until("restarted", (packets) => packets.some(({ restarted }) => restarted === 1));
  assertEquals(subscriber.words, ["update b", "restarted 1"]);
});
