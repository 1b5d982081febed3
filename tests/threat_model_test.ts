/** docs/threat_model.md: each claim names a test that is there, or says in bold what is not held. */
import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { checkout } from "../scripts/build/compile.ts";

const rows = Deno.readTextFileSync(join(checkout, "docs/threat_model.md")).split("\n")
  .filter((line) => line.startsWith("| ") && !/^\| (Tries|Program) \|/.test(line))
  .map((line) => line.split(" | ").map((cell) => cell.replace(/^\||\|$/g, "").trim()));

/** `path` "words of the name" */
const proof = /^`([\w./-]+_test\.ts)`(?: "(.+)")?$/;

Deno.test("threat model: each proof is a test file that has a test of that name", () => {
  assert(rows.length > 40);
  const wrong = rows.flatMap((cells) => {
    const last = cells.at(-1) ?? "";
    if (last === "" || last === "the same") return [];
    const [, path, words = ""] = proof.exec(last) ?? [];
    if (path === undefined) return [`no proof: ${last}`];
    const text = Deno.readTextFileSync(join(checkout, path)).replaceAll(/\s+/g, " ");
    return text.includes(words) ? [] : [`${path} has no "${words}"`];
  });
  assertEquals(wrong, []);
});

Deno.test("threat model: what has no proof is few, and says so", () => {
  const without = rows.filter((cells) => cells.at(-1) === "").map(([tries]) => tries);
  assertEquals(without, [
    "to read what the device sends",
    "to count",
    "a FIFO in a watched folder, made later",
  ]);
});
