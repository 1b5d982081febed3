import { assertEquals } from "@std/assert";
import { compact, parseExact, pretty } from "./exact_json.ts";
import { diff } from "./json_diff.ts";

function changes(old: string, now: string): string[] {
  return diff(parseExact(old), parseExact(now)).map(({ field, old, new: after }) =>
    `${field}: ${old === undefined ? "-" : compact(old)} → ${after === undefined ? "-" : compact(after)}`
  );
}

Deno.test("equal values have no difference, in whatever order their members stand", () => {
  assertEquals(changes('{"a":1,"b":{"c":[1,2]}}', '{"b":{"c":[1,2]},"a":1}'), []);
});

Deno.test("the deepest member that differs is named, with its old and its new value", () => {
  assertEquals(changes('{"a":{"b c":[1,{"d":2}]}}', '{"a":{"b c":[1,{"d":3}]}}'), ['a."b c".1.d: 2 → 3']);
  assertEquals(changes('{"a":1}', '{"b":null}'), ["a: 1 → -", "b: - → null"]);
  assertEquals(changes('{"a":[1,2]}', '{"a":[1]}'), ["a.1: 2 → -"]);
});

Deno.test("a list that becomes an object is one change", () => {
  assertEquals(changes('{"a":[1]}', '{"a":{"0":1}}'), ['a: [1] → {"0":1}']);
});

Deno.test("64-bit integers keep every digit, and differ by the last", () => {
  const value = '{"n":18446744073709551615,"l":[],"o":{}}';
  assertEquals(compact(parseExact(value)), value);
  assertEquals(pretty(parseExact(value)), '{\n  "n": 18446744073709551615,\n  "l": [],\n  "o": {}\n}');
  assertEquals(changes('{"n":18446744073709551615}', '{"n":18446744073709551614}'), [
    "n: 18446744073709551615 → 18446744073709551614",
  ]);
});
