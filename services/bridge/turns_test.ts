import { assertEquals } from "@std/assert";
import { Turns } from "./turns.ts";

/** Sends its name `count` times, one a turn. */
function sender(name: string, count: number, sent: string[]) {
  return {
    drain: () => {
      sent.push(name);
      return --count > 0;
    },
  };
}

Deno.test("turns go round: who has more waits for the others, and one wish counts once", async () => {
  const sent: string[] = [];
  let turns = 0;
  const done = Promise.withResolvers<void>();
  const line = new Turns(() => ++turns === 3 && done.resolve());
  const long = sender("long", 3, sent);
  line.wants(long);
  line.wants(long);
  line.wants(sender("short", 1, sent));
  assertEquals(sent, [], "nothing is sent from within the call");
  await Promise.resolve();
  assertEquals(sent, ["long", "short"]);
  await done.promise;
  assertEquals(sent, ["long", "short", "long", "long"]);
});

Deno.test("after the end nobody has a turn", async () => {
  const sent: string[] = [];
  const line = new Turns(() => {});
  line.wants(sender("a", 1000, sent));
  await Promise.resolve();
  line.end();
  const before = sent.length;
  await new Promise((resolve) => setTimeout(resolve, 5));
  assertEquals(sent.length, before);
});
