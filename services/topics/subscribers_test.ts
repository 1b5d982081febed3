import { assert, assertEquals } from "@std/assert";
import { type Topic, topicPath } from "../pubsub/mod.ts";
import { pathsWithSubscribers, subscribersOf } from "./subscribers.ts";
import { topics } from "./table.ts";

const all: Topic<unknown>[] = Object.values(topics).flatMap((agent): Topic<unknown>[] =>
  Object.values(agent)
);

Deno.test("every topic that has readers is in the table of topics, persistent where it is", () => {
  const known = new Set(all.map((topic) => `${topicPath(topic)}${topic.persistent ? " P" : ""}`));
  assertEquals(pathsWithSubscribers().filter((path) => !known.has(path)), []);
});

Deno.test("whoever reads a topic is named once, and what spec/pubsub.md §14.2 lists for our programs is there", () => {
  for (const topic of all) {
    const names = subscribersOf(topic);
    assertEquals(new Set(names).size, names.length, topicPath(topic));
  }
  const readBy = (name: string) =>
    all.filter((topic) => subscribersOf(topic).includes(name)).map(topicPath).sort();
  assertEquals(readBy("zedclient"), ["nim/DeviceNetworkStatus", "zedagent/ConfigItemValueMap"]);
  assertEquals(readBy("loguploader"), [
    "nim/DeviceNetworkStatus",
    "zedagent/AppInstanceConfig",
    "zedagent/ConfigItemValueMap",
    "zedagent/ZedAgentStatus",
    "zedclient/OnboardingStatus",
  ]);
  assertEquals(readBy("diag").length, 11);
  // One more than there: whether a new EVE is being tested decides about netdumps (spec/nim.md §15).
  assert(readBy("nim").length === 16, readBy("nim").join());
});
