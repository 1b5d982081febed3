/** The page that people read says what the tables say. */
import { assertEquals } from "@std/assert";
import { faultsPage, faultsPagePath } from "./faults_page.ts";

Deno.test("docs/faults.md is what the tables make of it (deno run -A tests/faults/faults_page.ts)", () => {
  assertEquals(Deno.readTextFileSync(faultsPagePath), faultsPage());
});
