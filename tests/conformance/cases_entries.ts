/** Cases about single entries: they come, change and go, under keys of every kind. */
import { assert, assertEquals } from "@std/assert";
import { assertAgreement, assertKinds, type Case, filesIn, mark, n, pair, put } from "./case.ts";

const directory = "/run/zedagent/NodeDrainRequest";
const strange = [
  "",
  "Application Data Store",
  "a#1",
  "a:b",
  "u@h",
  "x+y",
  "*?[]",
  "ünï-😀",
  "\n\t",
  "k".repeat(250),
];

export const entryCases: readonly Case[] = [
  {
    name: "[pubsub#2] create, modify and delete arrive in this order",
    async play(stage) {
      const { publisher, observer } = await pair(stage);
      await put(publisher, "a", n(1));
      await observer.seen.until("create", (seen) => seen.has("a", n(1)));
      await put(publisher, "a", n(2));
      await observer.seen.until("modify", (seen) => seen.has("a", n(2)));
      assertEquals(await publisher.unpublish("a"), "done");
      await observer.seen.until("delete", (seen) => !seen.table.has("a"));
      assertEquals(observer.seen.shown(), ["sync", 'create a {"N":1}', 'modify a {"N":2}', "delete a"]);
      assertEquals(await publisher.unpublish("a"), "unknown-key");
      await assertAgreement(publisher, observer);
    },
  },
  {
    name: "[pubsub#8] an equal value writes no file and tells nobody",
    async play(stage) {
      const { publisher, observer } = await pair(stage);
      await put(publisher, "a", n(1));
      const file = `${stage.root}${directory}/a.json`;
      const before = await Deno.stat(file);
      for (let i = 0; i < 5; i++) assertEquals(await publisher.publish("a", ' { "N" : 1 } '), "equal");
      const after = await Deno.stat(file);
      assertEquals([after.ino, after.mtime], [before.ino, before.mtime]);
      await mark(publisher, observer);
      assertKinds(observer, "a", ["create"]);
    },
  },
  {
    name: "[pubsub#9] the same instant in another zone counts as equal",
    async play(stage) {
      const { publisher, observer } = await pair(stage, "timed");
      await put(publisher, "2025-01-01 00:00:00 +0000 UTC", '{"Time":"2025-01-01T00:00:00Z"}');
      const same = '{"Time":"2025-01-01T01:00:00+01:00"}';
      assertEquals(await publisher.publish("2025-01-01 00:00:00 +0000 UTC", same), "equal");
      await put(publisher, "next", '{"Time":"2025-01-01T01:00:00Z"}');
      await observer.seen.until("both", (seen) => seen.table.size === 2);
      assertKinds(observer, "2025-01-01 00:00:00 +0000 UTC", ["create"]);
      await assertAgreement(publisher, observer);
    },
  },
  {
    name: "[pubsub#5][pubsub#6] empty, odd and longest keys come, change and go like any other",
    async play(stage) {
      const { publisher, observer } = await pair(stage);
      for (const key of strange) await put(publisher, key, n(1));
      await observer.seen.until("all created", (seen) => seen.table.size === strange.length);
      assertEquals(filesIn(stage.root, directory), strange.map((key) => `${key}.json`).sort());
      await assertAgreement(publisher, observer);
      for (const key of strange) await put(publisher, key, n(2));
      await observer.seen.until("all changed", (seen) => strange.every((key) => seen.has(key, n(2))));
      await publisher.die();
      const next = await stage.publisher("plain");
      await assertAgreement(next, observer);
      assertEquals((await next.held()).entries.size, strange.length, "they come back from their files");
      for (const key of strange) assertEquals(await next.unpublish(key), "done");
      await observer.seen.until("all gone", (seen) => seen.table.size === 0);
      for (const key of strange) assertKinds(observer, key, ["create", "modify", "delete"]);
      await assertAgreement(next, observer);
    },
  },
  {
    name: "[pubsub#7] a refused key leaves nothing in memory, in the folder or at the subscriber",
    async play(stage) {
      const { publisher, observer } = await pair(stage);
      for (
        const key of [
          "a/b",
          "../x",
          "/",
          "k".repeat(251),
          "é".repeat(126),
          "a.json",
          ".json",
          "a.jsonb",
          "a\0",
        ]
      ) {
        assertEquals(await publisher.publish(key, n(1)), "bad-key", key);
        assertEquals(await publisher.unpublish(key), "unknown-key", key);
      }
      await mark(publisher, observer);
      assertEquals(observer.seen.shown(), ["sync", 'create mark {"Mark":1}']);
      assertEquals(filesIn(stage.root, directory), ["mark.json"]);
      await assertAgreement(publisher, observer);
    },
  },
  {
    name: "an entry removed and made again between two looks is there in the end, with its last value",
    async play(stage) {
      const { publisher, observer } = await pair(stage);
      await put(publisher, "a", n(0));
      for (let i = 1; i <= 30; i++) {
        assertEquals(await publisher.unpublish("a"), "done");
        await put(publisher, "a", n(i % 3 === 0 ? i - 1 : i));
      }
      await mark(publisher, observer);
      assert(observer.seen.has("a", n(29)), observer.seen.shown().join("\n"));
      await assertAgreement(publisher, observer);
    },
  },
  {
    name: "[pubsub#11] of rapid publishes the last value arrives, and never an older one after a newer",
    async play(stage) {
      const { publisher, observer } = await pair(stage);
      for (let round = 0; round < 3; round++) {
        const all = Array.from({ length: 300 }, (_, i) => put(publisher, "a", n(round * 1000 + i)));
        await Promise.all(all);
        await observer.seen.until("the last value", (seen) => seen.has("a", n(round * 1000 + 299)));
      }
      const numbers = observer.seen.calls.filter(([kind]) => kind !== "sync").map((call) =>
        Number(JSON.parse(String(call[2])).N)
      );
      assertEquals(numbers, [...numbers].sort((a, b) => a - b));
      await assertAgreement(publisher, observer);
    },
  },
  {
    name: "five hundred entries arrive once each, and one of them changed is one call",
    async play(stage) {
      const { publisher, observer } = await pair(stage);
      const keys = Array.from({ length: 500 }, (_, i) => `key ${i}`);
      await Promise.all(keys.map((key, i) => put(publisher, key, n(i))));
      await observer.seen.until("all", (seen) => seen.table.size === keys.length);
      await put(publisher, "key 250", n(-1));
      await mark(publisher, observer);
      assertEquals(observer.seen.calls.length, keys.length + 3);
      assertKinds(observer, "key 250", ["create", "modify"]);
      const late = await stage.observer("plain");
      await late.seen.until("sync", (seen) => seen.synchronized);
      assertEquals(late.seen.calls.length, keys.length + 2, "a late one gets each entry once");
      assertEquals(late.seen.calls.at(-1), ["sync"], "and then sync");
      await assertAgreement(publisher, late);
    },
  },
];
