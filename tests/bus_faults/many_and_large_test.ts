/** Ten thousand keys, and values of megabytes. */
import { assert, assertEquals, assertLess, assertThrows } from "@std/assert";
import { PubsubError, type Topic } from "../../services/pubsub/mod.ts";
import { recorder, until, withBus } from "../../services/pubsub/testdata/fixture.ts";
import { type RawObject, rawTopic, topics } from "../../services/topics/mod.ts";
import { assertAgreement, n, put } from "../conformance/case.ts";
import { acrossProcesses } from "../conformance/processes.ts";
import { mountTmpfs } from "../../services/pubsub/testdata/mounted.ts";

Deno.test("ten thousand keys: each arrives once, one changed is one call, and a successor has them all", async () => {
  await using stage = await acrossProcesses.open();
  await using _memory = await mountTmpfs(`${stage.root}/run`, "200m");
  const publisher = await stage.publisher("plain");
  const observer = await stage.observer("plain");
  const keys = Array.from({ length: 10_000 }, (_, i) => `key ${i}`);
  await Promise.all(keys.map((key, i) => put(publisher, key, n(i))));
  await observer.seen.until(
    "all keys, and sync",
    (seen) => seen.synchronized && seen.table.size === keys.length,
  );
  const from = observer.seen.calls.length;
  for (let i = 0; i < 20; i++) {
    await put(publisher, "key 7777", n(-1 - i));
    await observer.seen.until("the changed one", (seen) => seen.has("key 7777", n(-1 - i)));
  }
  assertEquals(observer.seen.calls.length, from + 20);
  await publisher.die();
  const successor = await stage.publisher("plain");
  await put(successor, "one more", n(0));
  await assertAgreement(successor, observer);
  assertEquals([observer.seen.calls.length, observer.seen.table.size], [from + 21, keys.length + 1]);
  assertEquals(stage.reports, []);
});

Deno.test("a change among ten thousand keys costs the subscriber no more than among ten", () =>
  withBus(async ({ root, bus, another }) => {
    await using _memory = await mountTmpfs(`${root}/run`, "200m");
    const took = async (name: string, keys: number) => {
      const topic: Topic<RawObject> = { ...topics.zedagent.NodeDrainRequest, name };
      const publication = bus.publication(topic);
      for (let i = 0; i < keys; i++) publication.publish(`k${i}`, { N: i });
      const subscription = another().subscription(topic);
      subscription.activate();
      await until("all", () => subscription.getAll().size === keys);
      const times: number[] = [];
      for (let i = 0; i < 15; i++) {
        const begin = performance.now();
        publication.publish("k3", { N: -i - 1 });
        while (subscription.get("k3")?.["N"] !== -i - 1) {
          await new Promise((resolve) => setTimeout(resolve, 0));
        }
        times.push(performance.now() - begin);
      }
      return times.sort((a, b) => a - b)[7] ?? Infinity;
    };
    const few = await took("Few", 10);
    const many = await took("Many", 10_000);
    assertLess(many, few * 5 + 10, `${few.toFixed(2)} ms with 10 keys, ${many.toFixed(2)} ms with 10 000`);
  }));

Deno.test("a value of eight fields of a megabyte each is published, read by others and restored", () =>
  withBus(async ({ bus, another, stop, root, reports }) => {
    const topic = rawTopic("zedagent", "PatchEnvelopeInfoList", { persistent: true });
    const megabyte = "x".repeat(1_048_000);
    const value = {
      Fields: Array.from({ length: 8 }, (_, i) => ({ "pubsub-large-CipherData": i + megabyte })),
    };
    const publication = bus.publication(topic);
    const subscription = another().subscription(topic);
    subscription.activate();
    assert(publication.publish("a", value));
    await until("the value", () => subscription.get("a") !== undefined);
    assert(topic.codec.equal(subscription.get("a") ?? {}, value));
    const over = { "pubsub-large-CipherData": "x".repeat(1_048_576) };
    assertEquals(assertThrows(() => publication.publish("a", over), PubsubError).kind, "too-large");
    assert(topic.codec.equal(publication.get("a") ?? {}, value), "the old value stays");
    assert(publication.publish("a", { Small: 1 }) && publication.publish("a", value));
    await until("the value again", () => topic.codec.equal(subscription.get("a") ?? {}, value));
    stop();
    await withBus(({ bus }) => {
      Deno.renameSync(`${root}/persist`, `${bus.root}/persist`);
      assert(topic.codec.equal(bus.publication(topic).get("a") ?? {}, value));
    });
    assertEquals(reports, []);
  }));

Deno.test("what publish accepts, our readers can read: more than they take from a file is refused", () =>
  withBus(async ({ bus, another, reports }) => {
    const topic = topics.zedagent.NodeDrainRequest;
    const megabyte = "x".repeat(1_048_000);
    const value = { Fields: Array.from({ length: 20 }, () => ({ "pubsub-large-CipherData": megabyte })) };
    const publication = bus.publication(topic);
    const { calls, handlers } = recorder<RawObject>(() => "");
    const subscription = another().subscription(topic, handlers);
    subscription.activate();
    publication.publish("a", { N: 1 });
    let refused = "";
    try {
      publication.publish("a", value);
    } catch (error) {
      refused = error instanceof PubsubError ? error.kind : String(error);
    }
    publication.publish("mark", { N: 1 });
    await until("the mark", () => subscription.get("mark") !== undefined);
    assertEquals(reports, [], calls.join("\n"));
    const expected = refused === "too-large" ? { N: 1 } : value;
    assert(topic.codec.equal(subscription.get("a") ?? {}, expected));
  }));
