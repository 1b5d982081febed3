/** `./scripts/run test`: everything that CI runs. The last line is `N passed, N failed, N skipped` over all suites. */
import { build } from "./build.ts";
import { arches } from "./build/arch.ts";
import { staticChecks, unitTests } from "./ok.ts";
import { executables } from "./permissions.ts";
import { bringWhatTestsNeed } from "./test/debian.ts";
import { runSteps, type Step } from "./test/steps.ts";

/** Tests that cross rooms: compiled executables, kills, bad input. One file at a time, so that timings mean something. */
const wholeTests: Step = { name: "tests of the whole", args: ["test", "-A", "--no-check", "tests"] };

try {
  await bringWhatTestsNeed();
  await build(arches, executables);
} catch (error) {
  console.error(`test: ${error instanceof Error ? error.message : error}`);
  console.log("0 passed, 1 failed, 0 skipped");
  Deno.exit(1);
}
const { passed, failed, skipped } = await runSteps([...staticChecks, unitTests, wholeTests]);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
Deno.exit(failed === 0 ? 0 : 1);
