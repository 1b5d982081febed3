/** The programs under measure: compiled if they are there, from source otherwise. */
import { hostArch } from "../../scripts/build/arch.ts";
import { checkout, executable } from "../../scripts/build/compile.ts";
import { findRuntime } from "../../scripts/build/runtime.ts";
import { type Program, programs } from "../../scripts/permissions.ts";
import { NotMeasured } from "./bench.ts";

/** How to start a program. */
export interface StartLine {
  readonly command: string;
  readonly args: readonly string[];
  /** In words. */
  readonly what: string;
}

/** The executable, else the source, else nothing. */
export function programOf(program: Program): StartLine | undefined {
  const compiled = executable(hostArch, program);
  if (exists(compiled)) return { command: compiled, args: [], what: "the executable" };
  const main = `services/${program}/main.ts`;
  if (!exists(`${checkout}/${main}`)) return undefined;
  const options = ["run", "--quiet", "--no-lock", "--no-check", "--allow-all", main];
  return { command: Deno.execPath(), args: options, what: `deno run ${main}` };
}

/** The executables of all five. @throws {NotMeasured} naming those that are missing */
export function allExecutables(): ReadonlyMap<Program, string> {
  const found = new Map(programs.map((program) => [program, executable(hostArch, program)]));
  const missing = [...found].filter(([, path]) => !exists(path)).map(([program]) => program);
  if (missing.length === 0) return found;
  throw new NotMeasured(
    `no executable of ${missing.join(", ")} in dist/${hostArch}; "./scripts/run build" makes it`,
  );
}

/**
 * Five executables of one bare program, so that no page is shared between them, as with ours.
 * @returns their paths
 */
export async function bareExecutables(): Promise<readonly string[]> {
  const folder = `${checkout}/tests/bench/out`;
  const paths = programs.map((program) => `${folder}/bare-${program}`);
  const [first = ""] = paths;
  Deno.mkdirSync(folder, { recursive: true });
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "compile",
      "--quiet",
      "--no-check",
      "--no-lock",
      "--output",
      first,
      "tests/bench/children/bare_program.ts",
    ],
    cwd: checkout,
    env: { DENORT_BIN: await findRuntime(hostArch), NO_COLOR: "1" },
    stderr: "piped",
  }).output();
  if (!success) {
    throw new Error(`deno compile of the bare program failed: ${new TextDecoder().decode(stderr)}`);
  }
  for (const path of paths.slice(1)) await Deno.copyFile(first, path);
  return paths;
}

/** A file is there. */
export function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
