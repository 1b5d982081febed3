/** The counter itself, and that no test names an item that does not exist. */
import { assert, assertEquals } from "@std/assert";
import { checklistOf, checklists, coveredItems, namedItems } from "./spec_coverage.ts";

Deno.test("a checklist is the numbered list below its heading", () => {
  const items = checklistOf(
    "## 1. Other\n1. no\n## (a) Checklist of testable behaviours\n1. first\n2. second\n## Weak\n3. no",
  );
  assertEquals([...items], [[1, "first"], [2, "second"]]);
});

Deno.test("items are named in brackets with page and number", () => {
  assertEquals([...namedItems('Deno.test("[device-api#4][pubsub#14] x")')], ["device-api#4", "pubsub#14"]);
});

Deno.test("every item that a test names is in a checklist", async () => {
  const pages = await checklists();
  const known = new Set([...pages].flatMap(([page, items]) => [...items.keys()].map((n) => `${page}#${n}`)));
  assert(known.size > 200, `only ${known.size} items found in docs/spec`);
  assertEquals([...await coveredItems()].filter((item) => !known.has(item)), []);
});
