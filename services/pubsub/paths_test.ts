import { assertEquals, assertThrows } from "@std/assert";
import { PubsubError } from "./error.ts";
import { fileOfKey, keyOfFile, lockPath, socketPath, topicDirectory } from "./paths.ts";

const plain = { agent: "nim", name: "DeviceNetworkStatus", persistent: false };

Deno.test("paths of topics: plain, scoped, persistent, global", () => {
  assertEquals(topicDirectory("", plain), "/run/nim/DeviceNetworkStatus");
  assertEquals(
    topicDirectory("/r", { ...plain, persistent: true }),
    "/r/persist/status/nim/DeviceNetworkStatus",
  );
  assertEquals(topicDirectory("", { ...plain, scope: "dummy" }), "/run/nim/dummy/DeviceNetworkStatus");
  assertEquals(topicDirectory("", { ...plain, agent: "" }), "/run/global/DeviceNetworkStatus");
  assertEquals(socketPath("", { ...plain, persistent: true }), "/run/nim/DeviceNetworkStatus.sock");
  assertEquals(socketPath("", { ...plain, agent: "" }), undefined);
  assertEquals(lockPath("/r", { ...plain, persistent: true }), "/r/run/nim/DeviceNetworkStatus.lock");
});

Deno.test("a persistent topic without an agent, and names that leave their folder, are refused", () => {
  for (
    const wrong of [{ agent: "", persistent: true }, { agent: ".." }, { name: "a/b" }, { scope: "../x" }]
  ) {
    const error = assertThrows(() => topicDirectory("", { ...plain, ...wrong }), PubsubError);
    assertEquals(error.kind, "bad-topic");
  }
});

Deno.test("keys become file names and come back", () => {
  const keys = [
    "",
    "global",
    "Application Data Store",
    "a#b",
    "k@2025-01-01T00:00:00Z",
    ".",
    "..",
    "x+1",
    "é",
    "a.jso",
  ];
  for (const key of keys) {
    assertEquals(fileOfKey(key), `${key}.json`);
    assertEquals(keyOfFile(`${key}.json`), key);
  }
  assertEquals(keyOfFile("restarted"), undefined);
  assertEquals(keyOfFile("a.json.json"), undefined);
  assertEquals(keyOfFile("a.json.bak"), undefined);
});

Deno.test("keys that can't come back from a file name are refused; 255 bytes are the limit", () => {
  assertEquals(fileOfKey("k".repeat(250)).length, 255);
  for (const key of ["a/b", "/", "a\0b", "a.json", "a.jsonb", "k".repeat(251), "é".repeat(126), "\ud800"]) {
    assertEquals(assertThrows(() => fileOfKey(key), PubsubError).kind, "bad-key", key);
  }
});

Deno.test("a topic whose socket path would exceed 107 bytes is refused", () => {
  const named = (length: number) => ({ agent: "a", name: "T".repeat(length), persistent: false });
  const fits = 107 - "/run/a/.sock".length;
  assertEquals(socketPath("", named(fits))?.length, 107);
  assertThrows(() => socketPath("", named(fits + 1)), PubsubError, "107 bytes");
});
