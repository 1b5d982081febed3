/** docs/ci.md and its workflow name only what the repository has; the workflow runs what the page says and keeps what images makes. */
import { assert, assertEquals } from "@std/assert";
import { parse } from "@std/yaml/parse";
import { join } from "node:path";
import { arches } from "../scripts/build/arch.ts";
import { checkout } from "../scripts/build/compile.ts";
import { linuxkitPackage } from "../scripts/images/linuxkit.ts";
import project from "../deno.json" with { type: "json" };

const read = (path: string) => Deno.readTextFileSync(join(checkout, path));

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, string>>;
}

interface Workflow {
  readonly jobs: Readonly<Record<string, { readonly needs?: string; readonly steps: readonly Step[] }>>;
}

const workflow = parse(read("docs/ci/github.yml")) as Workflow;
const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);
/** The lines of all `run:` steps. */
const lines = steps.flatMap(({ run = "" }) => run.split("\n")).map((line) => line.trim()).filter((line) =>
  line !== ""
);

/** `./scripts/run TASK` wherever it stands. */
function tasksIn(text: string): string[] {
  return [...text.matchAll(/\.\/scripts\/run (\w+)/g)].map(([, task = ""]) => task);
}

Deno.test("ci: each command of the workflow is a task of deno.json that ./scripts/run lists, or a program of Debian's base", async () => {
  const usage = read("scripts/run");
  for (const task of [...tasksIn(lines.join("\n")), ...tasksIn(read("docs/ci.md"))]) {
    assert(task in project.tasks, `${task} is a task of deno.json`);
    assert(new RegExp(`^  ${task} `, "m").test(usage), `./scripts/run lists ${task}`);
  }
  for (const line of lines.filter((line) => !line.startsWith("./scripts/run "))) {
    const [program = ""] = line.split(" ");
    const { success } = await new Deno.Command("sh", { args: ["-c", `command -v ${program}`] }).output();
    assert(success, `${program} of "${line}" exists`);
  }
});

Deno.test("ci: the workflow has the jobs of the page, tests first, both architectures and all artefacts kept", () => {
  const rows = read("docs/ci.md").matchAll(/^\| (\w+) \| `\.\/scripts\/run (\w+)` \|/gm);
  const jobs = [...rows].map(([, job = "", task = ""]) => [job, task]);
  assertEquals(jobs.map(([job]) => job), Object.keys(workflow.jobs));
  for (const [job = "", task] of jobs) {
    const own = workflow.jobs[job]?.steps.flatMap(({ run = "" }) => tasksIn(run)) ?? [];
    assert(own.includes(task ?? ""), `${job} runs ${task}`);
  }
  assertEquals(workflow.jobs["images"]?.needs, "test");
  const kept = steps.filter(({ uses }) => uses?.startsWith("actions/upload-artifact@"))
    .flatMap((step) => step.with?.["path"]?.trim().split("\n") ?? []);
  const images = [
    ...arches.flatMap((arch) => [`eve-comms-${arch}.tar`, `eve-comms-${arch}.cdx.json`]),
    ...linuxkitPackage(arches).keys(),
    "SHA256SUMS",
  ];
  assertEquals(
    kept.sort(),
    [...images.map((name) => `dist/images/${name}`), ...arches.map((a) => `dist/${a}`)].sort(),
  );
});

Deno.test("ci: variables are those that scripts/run and Deno know; files that the page names are there", () => {
  const variables = steps.flatMap(({ env = {} }) => Object.keys(env));
  assertEquals([...new Set(variables)].sort(), ["DENO_DIR", "EVE_COMMS_CACHE"]);
  assert(read("scripts/run").includes("EVE_COMMS_CACHE"));
  const named = [
    ...read("docs/ci.md").matchAll(/`((?:scripts|tests|docs|\.ci)\/[\w./-]+)`|\((ci\/[\w.]+)\)/g),
  ];
  assert(named.length >= 6);
  for (const [, path, inDocs = ""] of named) {
    const file = path ?? `docs/${inDocs}`;
    assert(Deno.statSync(join(checkout, file)).isFile, file);
  }
  assertEquals(tasksIn(read(".ci/run")), ["test"]);
});
