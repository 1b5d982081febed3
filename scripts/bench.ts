// deno-lint-ignore-file no-console
/**
 * `./scripts/run bench [NAME…] [--idle SECONDS] [--disk DIR] [--write]`: ours against the bare system calls, as ratios in one
 * run. A ratio above its budget is told, and is no failure.
 */
import { parseArgs } from "@std/cli/parse-args";
import { benches, families } from "../tests/bench/all.ts";
import { type BenchOptions, NotMeasured, type Row } from "../tests/bench/bench.ts";
import { fileSystemOf, machine } from "../tests/bench/machine.ts";
import { markdownTable, replaceMeasured, terminalTable } from "../tests/bench/table.ts";

const HELP = `usage: ./scripts/run bench [NAME…] [--idle SECONDS] [--disk DIR] [--write]

  NAME            ${[...Object.keys(families), ...benches.map(({ name }) => name)].join(", ")};
                  by default all but those that take long: ${
  benches.filter(({ byNameOnly }) => byNameOnly === true).map(({ name }) => name).join(", ")
}
  --idle SECONDS  how long the bench "memory" leaves the programs alone; 60
  --disk DIR      a folder on a disk; /var/tmp
  --write         puts the table into tests/bench/README.md`;

async function main(given: readonly string[]): Promise<number> {
  const args = parseArgs(given, { string: ["idle", "disk"], boolean: ["write", "help"] });
  if (args["help"] === true) {
    console.log(HELP);
    return 0;
  }
  const names = args._.flatMap((name) => families[String(name)] ?? [String(name)]);
  const unknown = names.find((name) => benches.every((bench) => bench.name !== name));
  if (unknown !== undefined) {
    console.error(`bench: there is no bench "${unknown}"\n${HELP}`);
    return 2;
  }
  if (args["write"] === true && names.length > 0) {
    console.error("bench: --write goes with all benches, or figures of the others would be lost");
    return 2;
  }
  const chosen = names.length === 0
    ? benches.filter(({ byNameOnly }) => byNameOnly !== true)
    : benches.filter(({ name }) => names.includes(name));
  const options: BenchOptions = {
    idleSeconds: Number(args["idle"] ?? 60),
    memoryFolder: "/dev/shm",
    diskFolder: String(args["disk"] ?? "/var/tmp"),
    tell: (text) => console.error(`  ${text}`),
  };
  const { rows, missing, broken } = await runAll(chosen, options);
  console.log(`\n${terminalTable(rows)}`);
  for (const text of missing) console.log(`not measured: ${text}`);
  if (args["write"] === true) {
    await write(rows, missing, ["./scripts/run bench", ...given].join(" "), options);
  }
  return broken ? 1 : 0;
}

async function runAll(chosen: typeof benches, options: BenchOptions) {
  const rows: Row[] = [];
  const missing: string[] = [];
  let broken = false;
  for (const bench of chosen) {
    console.error(`${bench.name} …`);
    try {
      rows.push(...await bench.run(options));
    } catch (error) {
      // One bench that breaks must not take the figures of the others along.
      if (!(error instanceof NotMeasured)) {
        broken = true;
        console.error(error);
      }
      missing.push(`${bench.name}: ${error instanceof Error ? error.message : error}`);
    }
  }
  return { rows, missing, broken };
}

async function write(
  rows: readonly Row[],
  missing: readonly string[],
  command: string,
  { memoryFolder, diskFolder }: BenchOptions,
): Promise<void> {
  const page = new URL("../tests/bench/README.md", import.meta.url);
  const date = new Date().toISOString().slice(0, 10);
  const [memory, disk] = await Promise.all([fileSystemOf(memoryFolder), fileSystemOf(diskFolder)]);
  const head = `${date}, ${await machine()}; tmpfs: ${memory}, disk: ${disk}. Made by \`${command}\`.`;
  const notes = missing.map((text) => `Not measured: ${text}.`);
  const content = [head, markdownTable(rows), ...notes].join("\n\n");
  await Deno.writeTextFile(page, replaceMeasured(await Deno.readTextFile(page), content));
}

if (import.meta.main) {
  try {
    Deno.exitCode = await main(Deno.args);
  } catch (error) {
    console.error(error);
    Deno.exitCode = 1;
  }
}
