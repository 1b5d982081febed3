import { assertEquals } from "@std/assert";
import { countsOf, failedFiles } from "./steps.ts";

const output = `a => ./services/x_test.ts:1:2 is no failure here
 ERRORS 

one => ./services/a_test.ts:1:6
error: x

 FAILURES 

one => ./services/a_test.ts:1:6
two ... inner => ./tests/b_test.ts:2:6
three => ./services/a_test.ts:9:6

FAILED | 12 passed (3 steps) | 3 failed | 1 ignored (5s)
`;

Deno.test("the counts and the files of a run that failed", () => {
  assertEquals(countsOf(output), { passed: 12, failed: 3, skipped: 1 });
  assertEquals(failedFiles(output), ["services/a_test.ts", "tests/b_test.ts"]);
  assertEquals(failedFiles("ok | 1 passed | 0 failed (1s)"), []);
});
