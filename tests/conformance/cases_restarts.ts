/** Cases about who starts and ends when: counters, late and restarted subscribers, restarted publishers, gaps. */
import { assert, assertEquals } from "@std/assert";
import { assertAgreement, assertKinds, type Case, mark, n, pair, put } from "./case.ts";

const directory = "/run/zedagent/NodeDrainRequest";

export const restartCases: readonly Case[] = [
  {
    name: "[pubsub#18] the counter goes up with each signal, and a cleared one is told as 0",
    async play(stage) {
      const { publisher, observer } = await pair(stage);
      const path = `${stage.root}${directory}/restarted`;
      for (const count of [1, 2, 3]) {
        assertEquals(await publisher.signalRestarted(), "done");
        assertEquals(await Deno.readTextFile(path), String(count));
        await observer.seen.until(`restart ${count}`, (seen) => seen.restarted === count);
      }
      assertEquals(await publisher.clearRestarted(), "done");
      await observer.seen.until("restart 0", (seen) => seen.restarted === 0);
      assertEquals(await Deno.stat(path).then(() => true, () => false), false);
      assertEquals(observer.seen.shown().at(-1), "restart 0");
      assertEquals(observer.seen.shown().filter((call) => call === "restart 0").length <= 3, true);
      await assertAgreement(publisher, observer);
    },
  },
  {
    name: "the entries that a counter stands for are there before it",
    async play(stage) {
      const { publisher, observer } = await pair(stage);
      for (const count of [1, 2, 3]) {
        const keys = Array.from({ length: 60 }, (_, i) => `${count} ${i}`);
        await Promise.all(keys.map((key) => put(publisher, key, n(count))));
        assertEquals(await publisher.signalRestarted(), "done");
        await observer.seen.until(`restart ${count}`, (seen) => seen.restarted === count);
        const calls = observer.seen.shown();
        const before = calls.slice(0, calls.indexOf(`restart ${count}`));
        assertEquals(before.filter((call) => call.startsWith("create")).length, count * 60);
      }
      await assertAgreement(publisher, observer);
    },
  },
  {
    name: "[pubsub#10] in one batch deletes come before updates, and the counter after both",
    async play(stage) {
      const { publisher, observer } = await pair(stage);
      await put(publisher, "old", n(1));
      await put(publisher, "kept", n(1));
      await observer.seen.until("both", (seen) => seen.table.size === 2);
      const from = observer.seen.calls.length;
      const paused = observer.pause();
      await put(publisher, "kept", n(2));
      await put(publisher, "new", n(1));
      assertEquals(await publisher.signalRestarted(), "done");
      assertEquals(await publisher.unpublish("old"), "done");
      observer.resume();
      await assertAgreement(publisher, observer);
      const kinds = observer.seen.calls.slice(from).map(([kind]) => kind);
      assertEquals([...kinds].sort(), ["create", "delete", "modify", "restart"]);
      assertEquals(kinds.indexOf("restart") > kinds.indexOf("create"), true);
      if (paused) assertEquals([kinds[0], kinds[3]], ["delete", "restart"]);
    },
  },
  {
    name: "[pubsub#2] a late subscriber gets every entry, then sync, then the counter",
    async play(stage) {
      const publisher = await stage.publisher("plain");
      for (const key of ["a", "b", "c"]) await put(publisher, key, n(1));
      for (let i = 0; i < 3; i++) await publisher.signalRestarted();
      const observer = await stage.observer("plain");
      await observer.seen.until("the counter", (seen) => seen.restarted === 3);
      const calls = observer.seen.shown();
      assertEquals(calls.slice(0, 3).sort(), ['create a {"N":1}', 'create b {"N":1}', 'create c {"N":1}']);
      assertEquals(calls.slice(3), ["sync", "restart 3"]);
      await assertAgreement(publisher, observer);
    },
  },
  {
    name:
      "[pubsub#2] a subscriber that waits for its publisher gets sync with an empty table, then what comes",
    async play(stage) {
      const observer = await stage.observer("plain");
      const publisher = await stage.publisher("plain");
      await observer.seen.until("sync", (seen) => seen.synchronized);
      assertEquals(observer.seen.shown(), ["sync"]);
      await put(publisher, "a", n(1));
      await assertAgreement(publisher, observer);
    },
  },
  {
    name: "a subscriber that starts again gets what is there now and nothing of before",
    async play(stage) {
      const { publisher, observer } = await pair(stage);
      for (const key of ["changed", "removed", "kept"]) await put(publisher, key, n(1));
      await assertAgreement(publisher, observer);
      await observer.end();
      await put(publisher, "changed", n(2));
      await put(publisher, "added", n(1));
      assertEquals(await publisher.unpublish("removed"), "done");
      const next = await stage.observer("plain");
      await next.seen.until("sync", (seen) => seen.synchronized);
      await assertAgreement(publisher, next);
      assertEquals(next.seen.shown().sort(), [
        'create added {"N":1}',
        'create changed {"N":2}',
        'create kept {"N":1}',
        "sync",
      ]);
    },
  },
  {
    name:
      "[pubsub#14] a publisher killed and started again has its entries and its counter; nothing is told twice",
    async play(stage) {
      for (const subject of ["plain", "persistent"] as const) {
        const { publisher, observer } = await pair(stage, subject);
        for (const key of ["a", "b"]) await put(publisher, key, n(1));
        await publisher.signalRestarted();
        await assertAgreement(publisher, observer);
        const from = observer.seen.calls.length;
        await publisher.die();
        const next = await stage.publisher(subject);
        const held = await next.held();
        assertEquals([held.entries.size, held.restarted], [2, 1]);
        assertEquals(await next.publish("a", n(1)), "equal");
        await mark(next, observer);
        assertEquals(observer.seen.shown(from), ['create mark {"Mark":1}'], subject);
        await assertAgreement(next, observer);
      }
    },
  },
  {
    name: "[pubsub#15] keys that went while nobody published or listened are told as deleted",
    async play(stage) {
      const { publisher, observer } = await pair(stage);
      for (const key of ["a", "b", "c"]) await put(publisher, key, n(1));
      await assertAgreement(publisher, observer);
      observer.pause();
      await publisher.die();
      await Deno.remove(`${stage.root}${directory}/a.json`);
      const next = await stage.publisher("plain");
      assertEquals(await next.unpublish("b"), "done");
      observer.resume();
      await mark(next, observer);
      await assertAgreement(next, observer);
      assertKinds(observer, "a", ["create", "delete"]);
      assertKinds(observer, "b", ["create", "delete"]);
      assertKinds(observer, "c", ["create"]);
    },
  },
  {
    name:
      "[pubsub#16][pubsub#19] persistent entries outlive their publisher and come without a second create",
    async play(stage) {
      const publisher = await stage.publisher("persistent");
      for (const key of ["a", "b"]) await put(publisher, key, n(1));
      await put(publisher, "a", n(2));
      await publisher.signalRestarted();
      await publisher.die();
      const observer = await stage.observer("persistent");
      if (stage.readsFiles) await observer.seen.until("the preload", (seen) => seen.restarted === 1);
      const next = await stage.publisher("persistent");
      await observer.seen.until("the counter", (seen) => seen.restarted === 1);
      await mark(next, observer);
      await assertAgreement(next, observer);
      assertKinds(observer, "a", ["create"]);
      assertEquals(
        await Deno.readTextFile(`${stage.root}/persist/status/zedagent/PatchEnvelopeInfoList/a.json.bak`),
        n(1),
      );
      await next.close();
      const last = await stage.publisher("persistent");
      assertEquals((await last.held()).entries.size, 3, "close keeps them");
      assertEquals(await last.unpublish("a"), "done");
      await assertAgreement(last, observer);
    },
  },
  {
    name: "a plain topic that is closed is empty for those who listen and for the next publisher",
    async play(stage) {
      const { publisher, observer } = await pair(stage);
      for (const key of ["a", "b"]) await put(publisher, key, n(1));
      await publisher.signalRestarted();
      await assertAgreement(publisher, observer);
      await publisher.close();
      const next = await stage.publisher("plain");
      assertEquals(await next.held(), { entries: new Map(), restarted: 0 });
      await mark(next, observer);
      await observer.seen.until("only the mark", (seen) => seen.table.size === 1);
      assert(observer.seen.wrong.length === 0, observer.seen.wrong.join("\n"));
    },
  },
];
