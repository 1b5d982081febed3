import { assertEquals } from "@std/assert";
import { keyText } from "./text_table.ts";

Deno.test("a key stands in a line as it is, but for the empty one and those that would steer a terminal", () => {
  assertEquals(["global", "a b#c", "ä", ""].map(keyText), ["global", "a b#c", "ä", '""']);
  assertEquals(keyText("\u009b2J"), String.raw`"\u009b2J"`);
  assertEquals(keyText("\u001b[2J\n"), String.raw`"\u001b[2J\n"`);
});
