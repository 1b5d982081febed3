/** Cases about what values may hold: all digits, nulls, large fields, and what is too large. */
import { assert, assertEquals } from "@std/assert";
import { topics } from "../../services/topics/mod.ts";
import { assertAgreement, assertKinds, type Case, filesIn, mark, n, pair, put } from "./case.ts";

const directory = "/run/zedagent/NodeDrainRequest";

export const valueCases: readonly Case[] = [
  {
    name: "[pubsub#22] integers of 64 bits keep every digit, null stands for a list, a UUID is never empty",
    async play(stage) {
      const { publisher, observer } = await pair(stage);
      const big = (last: number) =>
        `{"Big":1844674407370955161${last},"Odd":9007199254740993,"Low":-9223372036854775808}`;
      await put(publisher, "a", big(5));
      await observer.seen.until("all digits", (seen) => seen.has("a", big(5)));
      await put(publisher, "a", big(4));
      await observer.seen.until("the last digit", (seen) => seen.has("a", big(4)));
      assertKinds(observer, "a", ["create", "modify"]);
      await put(publisher, "b", '{"List":null,"Map":{"x":null}}');
      await observer.seen.until("nulls", (seen) => seen.has("b", '{"List":null,"Map":{"x":null}}'));
      await publisher.die();
      const next = await stage.publisher("plain");
      assertEquals((await next.held()).entries.get("a"), big(4), "after a restart too");
      await assertAgreement(next, observer);

      const typed = await pair(stage, "typed");
      await put(typed.publisher, "a", "{}");
      await typed.observer.seen.until("the typed value", (seen) => seen.table.has("a"));
      const value = topics.zedagent.DatastoreConfig.codec.decode(typed.observer.seen.table.get("a") ?? "");
      assertEquals([value.UUID, value.DsCertPEM], ["00000000-0000-0000-0000-000000000000", null]);
      await assertAgreement(typed.publisher, typed.observer);
    },
  },
  {
    name: "[pubsub#20] large fields arrive inline as they are, whatever their size",
    async play(stage) {
      const { publisher, observer } = await pair(stage);
      for (const size of [10, 40_000, 100_000, 1_000_000]) {
        const json = `{"Small":"s","In":[{"pubsub-large-CipherData":${JSON.stringify("x".repeat(size))}}]}`;
        await put(publisher, "a", json);
        await observer.seen.until(`${size} bytes`, (seen) => seen.has("a", json));
      }
      await put(publisher, "a", '{"pubsub-large-CipherData":null}');
      await observer.seen.until("null", (seen) => seen.has("a", '{"pubsub-large-CipherData":null}'));
      assert(!JSON.stringify(observer.seen.calls).includes("pubsub-file-"));
      assertEquals(filesIn(stage.root, directory), ["a.json"]);
      await assertAgreement(publisher, observer);
    },
  },
  {
    name: "[pubsub#21] the largest message is delivered; a larger one is refused and the old value stays",
    async play(stage) {
      const { publisher, observer } = await pair(stage);
      const jsonBytes = Math.floor((65534 - 7 - "NodeDrainRequest".length - 2 - 4) / 4) * 3;
      const longest = (more: number) => `{"Text":"${"x".repeat(jsonBytes - '{"Text":""}'.length + more)}"}`;
      await put(publisher, "a", longest(0));
      await observer.seen.until("the longest", (seen) => seen.has("a", longest(0)));
      assertEquals(await publisher.publish("a", longest(1)), "too-large");
      assertEquals(await publisher.publish("a", `{"pubsub-large-X":"${"x".repeat(1048576)}"}`), "too-large");
      await mark(publisher, observer);
      assertKinds(observer, "a", ["create"]);
      await put(publisher, "a", n(1));
      await assertAgreement(publisher, observer);
    },
  },
];
