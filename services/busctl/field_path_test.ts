import { assertEquals, assertThrows } from "@std/assert";
import { parseExact } from "./exact_json.ts";
import { memberAt, parsePath, pathText } from "./field_path.ts";

Deno.test("plain steps, list indexes and quoted names are steps of a path", () => {
  assertEquals(parsePath("Ports.0.IfName"), ["Ports", "0", "IfName"]);
  assertEquals(parsePath('A."timer.config.interval".B'), ["A", "timer.config.interval", "B"]);
  assertEquals(parsePath(String.raw`"a\"b"`), ['a"b']);
});

Deno.test("the text of a path reads back as the same path", () => {
  for (const steps of [["a"], ["a b", "0"], ["x.y", 'q"r', "ü"]]) {
    assertEquals(parsePath(pathText(steps)), steps);
  }
});

Deno.test("a malformed path is refused with the place", () => {
  for (const text of ["", "a..b", 'a."b', "."]) assertThrows(() => parsePath(text), TypeError);
});

Deno.test("a member that is not there is undefined, also one of every object's prototype", () => {
  const value = parseExact('{"a":[{"b":null}]}');
  assertEquals(memberAt(value, ["a", "0", "b"]), null);
  for (const steps of [["a", "1"], ["a", "x"], ["toString"], ["a", "0", "b", "c"]]) {
    assertEquals(memberAt(value, steps), undefined);
  }
});
