/** Runs deno subcommands one after the other, shows what they print, and counts tests. */
import { join } from "node:path";

/** One subcommand of deno. */
export interface Step {
  readonly name: string;
  readonly args: readonly string[];
  /** So many test files at a time; one for each core by default. */
  readonly jobs?: number;
  /** A parallel test run: files with a failed test are run once more, one after the other, and that result counts. */
  readonly againAlone?: true;
  /** Runs at the same time, since it waits more than it works; what it prints comes when both have ended. */
  readonly beside?: Step;
}

/** Sums over steps; a step that is no test run counts as one passed or failed. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

const checkout = join(import.meta.dirname ?? ".", "..", "..");

/** Goes on after a failing step, so that one run tells everything. */
export async function runSteps(steps: readonly Step[]): Promise<Counts> {
  const sum: Counts = { passed: 0, failed: 0, skipped: 0 };
  const conclude = async (step: Step, first: Shown) => {
    const files = step.againAlone && first.code !== 0 ? failedFiles(first.output) : [];
    const { code, counts } = files.length === 0
      ? { code: first.code, counts: countsAfter(first) }
      : await again(step, first, files);
    sum.passed += counts.passed;
    sum.failed += counts.failed;
    sum.skipped += counts.skipped;
    console.log(
      `== ${step.name}: ${code === 0 ? "ok" : `FAILED with ${code}`} in ${first.seconds.toFixed(1)} s\n`,
    );
  };
  for (const step of steps) {
    const { beside } = step;
    const other = beside === undefined ? undefined : show(beside, false);
    console.log(heading(step));
    const first = await show(step);
    // Before a second run of what failed, so that this one is alone.
    const second = await other;
    await conclude(step, first);
    if (beside === undefined || second === undefined) continue;
    console.log(`${heading(beside)}, beside ${step.name}\n${second.output}`);
    await conclude(beside, second);
  }
  return sum;
}

function heading({ name, args }: Step): string {
  return `== ${name}: deno ${args.join(" ")}`;
}

function countsAfter({ code, output }: Shown): Counts {
  const counts = countsOf(output) ?? { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  return counts;
}

/** Timings mean little beside a hundred other tests: what failed there must pass by itself, and is named all the same. */
async function again(
  step: Step,
  first: Shown,
  files: readonly string[],
): Promise<{ code: number; counts: Counts }> {
  const before = countsAfter(first);
  console.log(`== ${step.name}: ${before.failed} failed beside others; once more alone: ${files.join(" ")}`);
  const alone = await show({ args: ["test", "-A", "--no-check", ...files] });
  const { failed } = countsAfter(alone);
  const counts = {
    ...before,
    passed: before.passed + before.failed - Math.min(failed, before.failed),
    failed,
  };
  return { code: alone.code, counts };
}

/** The files in deno's list of failures, `name => ./file.ts:line:column`. */
export function failedFiles(output: string): string[] {
  const list = output.slice(Math.max(0, output.lastIndexOf("\n FAILURES ")));
  return [...new Set([...list.matchAll(/ => \.\/(\S+?\.ts):\d+:\d+$/gm)].map(([, file]) => file ?? ""))];
}

interface Shown {
  readonly code: number;
  readonly output: string;
  readonly seconds: number;
}

/** @param live false: the caller shows the output */
async function show({ args, jobs }: Pick<Step, "args" | "jobs">, live = true): Promise<Shown> {
  const start = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: checkout,
    env: { NO_COLOR: "1", ...(jobs === undefined ? {} : { DENO_JOBS: String(jobs) }) },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let output = "";
  const copy = async (stream: ReadableStream<Uint8Array>, to: typeof Deno.stdout) => {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      output += decoder.decode(chunk, { stream: true });
      if (live) await to.write(chunk);
    }
  };
  const [status] = await Promise.all([
    child.status,
    copy(child.stdout, Deno.stdout),
    copy(child.stderr, Deno.stderr),
  ]);
  return { code: status.code, output, seconds: (performance.now() - start) / 1000 };
}

/** Reads deno's last line, `ok | 12 passed | 0 failed | 1 ignored (3s)`. */
export function countsOf(output: string): Counts | undefined {
  const lines = [...output.matchAll(/^(?:ok|FAILED) \| (\d+) passed.*$/gm)];
  const last = lines.at(-1);
  if (last === undefined) return undefined;
  const number = (word: string) => Number(new RegExp(`(\\d+) ${word}`).exec(last[0])?.[1] ?? 0);
  return { passed: number("passed"), failed: number("failed"), skipped: number("ignored") };
}
