/** `./scripts/run test`: everything that CI runs. The last line is `N passed, N failed, N skipped` over all suites. */
import { join } from "node:path";
import { build } from "./build.ts";
import { arches } from "./build/arch.ts";
import { checkout } from "./build/compile.ts";
import { imageExecutables } from "./images/tree.ts";
import { staticChecks, unitTests } from "./ok.ts";
import { executables } from "./permissions.ts";
import { bringWhatTestsNeed } from "./test/debian.ts";
import { runSteps, type Step } from "./test/steps.ts";

const namespaces = "tests/netns";
const lab = `${namespaces}/nim`;

/** They take what the whole machine shares (watches of inotify, network namespaces), so nothing else runs beside them. */
const alone = ["tests/bus_faults", namespaces, "tests/diag_netns_test.ts"];
const aloneTests: Step = {
  name: "tests that run alone",
  args: ["test", "-A", "--no-check", ...alone.filter((path) => path !== namespaces), ...namespaceTests()],
};

/** Without those of the lab. */
function namespaceTests(): string[] {
  const names = Array.from(Deno.readDirSync(join(checkout, namespaces)), ({ name }) => name);
  return names.filter((name) => name.endsWith("_test.ts")).map((name) => `${namespaces}/${name}`);
}

/** nim in namespaces of its own; three minutes, most of them spent waiting for DHCP and timers. */
const labTests: Step = { name: "nim's lab", args: ["test", "-A", "--no-check", lab], againAlone: true };

/** Three minutes, most of them spent waiting. */
const soakFile = "tests/soak_test.ts";
const soakTest: Step = {
  name: "soak",
  args: ["test", "-A", "--no-check", soakFile],
  againAlone: true,
};

/** Tests that cross rooms: compiled executables, namespaces, kills, bad input. They wait more than they work. */
const wholeTests: Step = {
  name: "tests of the whole",
  args: ["test", "-A", "--no-check", "--parallel", `--ignore=${[...alone, soakFile].join()}`, "tests"],
  againAlone: true,
  beside: soakTest,
};

/** The controller of the lab runs in a namespace without a way out, and without a lock file. */
async function fetchModules(): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["cache", "--quiet", "--no-lock", "scripts/controller.ts"],
    cwd: checkout,
  }).output();
  if (!success) throw new Error(`modules can't be fetched:\n${new TextDecoder().decode(stderr)}`);
}

try {
  await bringWhatTestsNeed();
  await fetchModules();
  await build(arches, executables);
  await build(arches, imageExecutables, "device");
} catch (error) {
  console.error(`test: ${error instanceof Error ? error.message : error}`);
  console.log("0 passed, 1 failed, 0 skipped");
  Deno.exit(1);
}
const { passed, failed, skipped } = await runSteps([
  ...staticChecks,
  { ...unitTests, beside: labTests },
  aloneTests,
  wholeTests,
]);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
Deno.exit(failed === 0 ? 0 : 1);
