/** `./scripts/run build [--arch x86_64|aarch64] [PROGRAM …]`: the executables, `dist/<arch>/<program>`. */
import { parseArgs } from "@std/cli/parse-args";
import { relative } from "node:path";
import { type Executable, executables, type Form } from "./permissions.ts";
import { type Arch, arches } from "./build/arch.ts";
import { checkout, compile, executable, hashOfSources } from "./build/compile.ts";

/** Builds what is not up to date and tells of each. */
export async function build(
  wantedArches: readonly Arch[],
  wanted: readonly Executable[],
  form: Form = "anywhere",
): Promise<void> {
  const sources = await hashOfSources();
  for (const arch of wantedArches) {
    for (const program of wanted) {
      const start = performance.now();
      const made = await compile(arch, program, sources, form);
      const file = executable(arch, program, form);
      const { size } = await Deno.stat(file);
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      console.log(
        `${relative(checkout, file)}  ${(size / 1e6).toFixed(1)} MB  ${
          made ? `compiled in ${seconds} s` : "up to date"
        }`,
      );
    }
  }
}

function oneOf<T extends string>(what: string, given: unknown, known: readonly T[]): T {
  const found = known.find((k) => k === given);
  if (found === undefined) throw new Error(`unknown ${what} "${given}", expected one of ${known.join(", ")}`);
  return found;
}

if (import.meta.main) {
  try {
    const args = parseArgs(Deno.args, { string: ["arch"] });
    const wantedArches = args["arch"] === undefined ? arches : [oneOf("arch", args["arch"], arches)];
    const wanted = args._.length === 0
      ? executables
      : args._.map((name) => oneOf("program", name, executables));
    await build(wantedArches, wanted);
  } catch (error) {
    console.error(`build: ${error instanceof Error ? error.message : error}`);
    Deno.exit(1);
  }
}
