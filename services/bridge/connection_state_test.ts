/** What a subscriber gets, and in which order, whatever happens between two messages. */
import { assert, assertEquals } from "@std/assert";
import { ConnectionState, type Message } from "./connection_state.ts";
import { TopicTable } from "./topic_table.ts";

/** A table with one connection that tells what it sends. */
function open(entries: Record<string, string> = {}, count = 0) {
  const table = new TopicTable();
  for (const [key, text] of Object.entries(entries)) table.set(key, text);
  if (count !== 0) table.restart(count);
  const state = new ConnectionState(table);
  const told = (message: Message) => {
    if (message.kind === "delete") return `delete ${message.key}`;
    if (message.kind === "update") return `update ${message.key} ${table.entries.get(message.key)?.text}`;
    return message.kind === "restarted" ? `restarted ${message.count}` : message.kind;
  };
  return {
    table,
    state,
    set(key: string, text: string) {
      table.set(key, text);
      state.changed(key);
    },
    remove(key: string) {
      table.remove(key);
      state.changed(key);
    },
    /** At most so many messages, as a socket takes them that then is full. */
    take(most = Infinity): string[] {
      const got: string[] = [];
      for (let message; got.length < most && (message = state.next(table)) !== undefined;) {
        got.push(told(message));
        state.sent(message);
      }
      return got;
    },
  };
}

Deno.test("[pubsub#2] hello, the dump, complete, and restarted only if it is not 0", () => {
  assertEquals(open().take(), ["hello", "complete"]);
  assertEquals(open({ a: "1", b: "2" }).take(), ["hello", "update a 1", "update b 2", "complete"]);
  assertEquals(open({ a: "1" }, 3).take(), ["hello", "update a 1", "complete", "restarted 3"]);
});

Deno.test("[pubsub#10] deletes come before updates and restarted after both, also when they came the other way round", () => {
  const one = open({ old: "1", gone: "2" });
  one.take();
  one.table.restart(1);
  one.set("new", "3");
  one.remove("old");
  one.set("newer", "4");
  one.remove("gone");
  assertEquals(one.take(), ["delete old", "delete gone", "update new 3", "update newer 4", "restarted 1"]);
  assertEquals(one.take(), []);
});

Deno.test("only real changes: what ends where the subscriber stands is nothing", () => {
  const one = open({ a: "1" });
  one.take();
  one.set("a", "1");
  assertEquals(one.take(), []);
  one.set("a", "2");
  one.set("a", "1");
  assertEquals(one.take(), []);
  one.remove("a");
  one.set("a", "1");
  assertEquals(one.take(), []);
  one.set("b", "1");
  one.remove("b");
  assertEquals(one.take(), []);
  one.remove("a");
  one.set("a", "2");
  assertEquals(one.take(), ["update a 2"]);
});

Deno.test("[pubsub#11] the newest value waits, never a queue", () => {
  const one = open({ a: "0" });
  one.take(1);
  for (let n = 1; n <= 1000; n++) one.set("a", String(n));
  assertEquals(one.take(), ["update a 1000", "complete"]);
  for (let n = 0; n < 1000; n++) one.set("a", `again ${n}`);
  assertEquals(one.take(), ["update a again 999"]);
});

Deno.test("a change in the middle of a batch: newest value at once, deletes and returns with the next batch", () => {
  const one = open({ a: "1", b: "1", c: "1", d: "1" });
  assertEquals(one.take(2), ["hello", "update a 1"]);
  one.set("a", "2");
  one.set("b", "2");
  one.remove("c");
  one.set("e", "1");
  assertEquals(one.take(), ["update b 2", "update d 1", "complete", "update a 2", "update e 1"]);
  one.remove("a");
  one.remove("b");
  one.set("d", "2");
  assertEquals(one.take(1), ["delete a"]);
  one.set("a", "3");
  one.set("b", "3");
  assertEquals(one.take(), ["update d 2", "update a 3", "update b 3"]);
});

Deno.test("the message that waits changes with the table", () => {
  const one = open({ a: "1" });
  one.take(1);
  assertEquals(one.state.next(one.table)?.kind, "update");
  one.remove("a");
  assertEquals(one.state.next(one.table)?.kind, "complete");
});

Deno.test("restarted follows the entries it stands for, even when it is seen first", () => {
  const one = open();
  one.take();
  one.set("a", "1");
  one.table.restart(1);
  const message = one.state.next(one.table);
  assert(message?.kind === "update");
  one.state.sent(message);
  one.set("b", "1");
  one.table.restart(2);
  assertEquals(one.take(), ["restarted 1", "update b 1", "restarted 2"]);
});

Deno.test("every change of the counter is told, 0 included", () => {
  const one = open({}, 2);
  one.take();
  one.table.restart(0);
  assertEquals(one.take(), ["restarted 0"]);
  one.table.restart(1);
  assertEquals(one.take(), ["restarted 1"]);
});

Deno.test("a new counter file is 0, then n: the 0 is told only where n alone would look like no change", () => {
  const one = open({}, 1);
  one.take();
  one.table.restart(0);
  one.table.restart(2);
  assertEquals(one.take(), ["restarted 2"]);
  one.table.restart(0);
  one.table.restart(2);
  assertEquals(one.take(1), ["restarted 0"]);
  assertEquals(one.take(), ["restarted 2"]);
  assertEquals(one.take(), []);
  one.table.restart(0);
  one.take();
  one.table.restart(1);
  one.table.restart(0);
  assertEquals(one.take(), []);
});

Deno.test("whatever the order of changes and of full sockets, the subscriber ends with the table", () => {
  let seed = 1;
  const random = (below: number) => (seed = (seed * 48271) % 0x7fffffff) % below;
  for (let round = 0; round < 300; round++) {
    const one = open({ k0: "0", k1: "0" });
    const got = new Map<string, string>();
    let completes = 0;
    let counter = 0;
    const take = (most?: number) => {
      for (const line of one.take(most)) {
        const [verb, key = "", text = ""] = line.split(" ");
        if (verb === "delete") assert(got.delete(key), "only what it has is deleted");
        if (verb === "update") {
          assert(got.get(key) !== text, "no update without a change"), got.set(key, text);
        }
        if (verb === "complete") completes++;
        if (verb === "restarted") counter = Number(key);
      }
    };
    for (let step = 0; step < 60; step++) {
      const key = `k${random(5)}`;
      const what = random(10);
      if (what < 5) one.set(key, String(random(3)));
      else if (what < 7) one.remove(key);
      else if (what < 8) one.table.restart(random(4));
      else take(random(4));
    }
    take();
    assertEquals(got, new Map(Array.from(one.table.entries, ([key, { text }]) => [key, text])));
    assertEquals([completes, counter], [1, one.table.counter.count]);
  }
});
