/** `./scripts/run ok`: format, lint, types, import directions, unit tests. Minutes; no compiled programs. */
import { runSteps, type Step } from "./test/steps.ts";

/** What must hold before every commit. */
export const staticChecks: readonly Step[] = [
  { name: "format", args: ["fmt", "--check"] },
  { name: "lint", args: ["lint", "--ignore=scripts,proto/gen"] },
  { name: "lint scripts", args: ["lint", "--rules-exclude=no-console", "scripts"] },
  { name: "types", args: ["check", "mod.ts", "controllerconn", "proto", "services", "scripts", "tests"] },
  {
    name: "docstrings of mod.ts and controllerconn",
    args: ["doc", "--lint", "mod.ts", "controllerconn/mod.ts"],
  },
];

/** Tests beside the code, and those of the whole tree that need nothing compiled. They wait four times as long as they work. */
export const unitTests: Step = {
  name: "unit tests",
  againAlone: true,
  jobs: navigator.hardwareConcurrency + 2,
  args: [
    ...["test", "-A", "--no-check", "--parallel", "controllerconn", "proto", "services", "scripts"],
    ...["tests/import_directions_test.ts", "tests/spec_coverage_test.ts"],
    "tests/controllerconn_page_test.ts",
  ],
};

if (import.meta.main) Deno.exit((await runSteps([...staticChecks, unitTests])).failed === 0 ? 0 : 1);
