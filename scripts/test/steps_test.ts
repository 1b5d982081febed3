import { assertEquals } from "@std/assert";
import { countsOf, failedFiles, runSteps } from "./steps.ts";

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

Deno.test("a step runs beside another one, and both count", async () => {
  const folder = await Deno.makeTempDir();
  // Each waits for the other's file, for 20 s at most.
  const meeting = (own: string, other: string) => [
    "eval",
    `Deno.writeTextFileSync("${folder}/${own}", "");
    for (let n = 0; n < 1000; n++) {
      try { Deno.statSync("${folder}/${other}"); Deno.exit(0); } catch { await new Promise((go) => setTimeout(go, 20)); }
    }
    Deno.exit(1);`,
  ];
  try {
    const counts = await runSteps([{
      name: "one",
      args: meeting("a", "b"),
      beside: { name: "other", args: meeting("b", "a") },
    }, {
      name: "good",
      args: ["eval", ""],
      beside: { name: "bad", args: ["eval", "Deno.exit(3)"] },
    }]);
    assertEquals(counts, { passed: 3, failed: 1, skipped: 0 });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
