// deno-lint-ignore-file no-console
/**
 * `./scripts/run fuzz [--runs N] [--seed S] [--target NAME]`: made and mutated inputs against everything that reads what others
 * wrote. A crasher is made small and kept in `tests/fuzz/corpus/`; ends with 1 then.
 */
import { parseArgs } from "@std/cli/parse-args";
import { fuzz, keepCrasher } from "../tests/fuzz/run.ts";
import type { Target } from "../tests/fuzz/target.ts";
import { targets } from "../tests/fuzz/targets.ts";

const HELP = `usage: ./scripts/run fuzz [--runs N] [--seed S] [--target NAME]

  --runs N       inputs for each target; 1000000 (a hundredth of it for "folders", which makes files)
  --seed S       a whole number; the same seed makes the same inputs; today's date by default
  --target NAME  ${targets.map(({ name }) => name).join(", ")}; all by default`;

function chosen(name: string | undefined): readonly Target[] {
  return name === undefined ? targets : targets.filter((target) => target.name === name);
}

async function main(given: readonly string[]): Promise<number> {
  const args = parseArgs(given, { string: ["runs", "seed", "target"], boolean: ["help"] });
  const runs = Number(args["runs"] ?? 1_000_000);
  const seed = Number(args["seed"] ?? new Date().toISOString().slice(0, 10).replaceAll("-", ""));
  const wanted = chosen(typeof args["target"] === "string" ? args["target"] : undefined);
  if (
    args["help"] === true || !Number.isSafeInteger(runs) || !Number.isSafeInteger(seed) || wanted.length === 0
  ) {
    console.log(HELP);
    return args["help"] === true ? 0 : 2;
  }
  let found = 0;
  for (const target of wanted) {
    const count = Math.ceil(runs / (target.dearness ?? 1));
    const start = performance.now();
    const crashers = await fuzz(target, seed, count, (done, bad) => {
      console.error(`  ${target.name}: ${done} of ${count}, ${bad} crashers`);
    });
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(
      `${target.name}: ${count} inputs with seed ${seed} in ${seconds} s, ${crashers.length} crashers`,
    );
    for (const { input, error, run } of crashers) {
      console.log(`  run ${run}: ${error}; kept as ${await keepCrasher(target, input)}`);
    }
    found += crashers.length;
  }
  return found === 0 ? 0 : 1;
}

Deno.exitCode = await main(Deno.args);
