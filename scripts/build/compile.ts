/** Compiles one program for one processor, unless its executable is already made from these very sources. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { type Executable, type Form, permissionFlags } from "../permissions.ts";
import { type Arch, compileTarget } from "./arch.ts";
import { npmFileFlags } from "./npm_files.ts";
import { findRuntime } from "./runtime.ts";
import { workerFlags } from "./workers.ts";

/** The checkout. */
export const checkout: string = join(import.meta.dirname ?? ".", "..", "..");

/** Where an executable stands. */
export function executable(arch: Arch, program: Executable, form: Form = "anywhere"): string {
  return join(folderOf(arch, form), program);
}

function folderOf(arch: Arch, form: Form): string {
  return join(checkout, "dist", arch, ...form === "device" ? ["device"] : []);
}

/**
 * Only what the programs import: with the whole import map of deno.json, code generators would be packed into every
 * executable (18 MB). `scripts/build/compile_test.ts` holds the two together.
 */
export const compileConfig: string = join(checkout, "scripts", "build", "compile.json");

/** They import every npm package that there is in the programs. */
const modulesWithPackages = ["services/zedbox/main.ts", "controllerconn/pac/worker.ts"].map((path) =>
  join(checkout, path)
);

/**
 * Without threads of its own for compiling and collecting, and with a small nursery, an idle process takes 8 to 10 MB less; what
 * it costs in time is in tests/bench/README.md.
 */
const engineFlags = ["--v8-flags=--single-threaded,--max-semi-space-size=1"];

/** @returns true if it was compiled, false if it was up to date. @throws with the compiler's words */
export async function compile(
  arch: Arch,
  program: Executable,
  sources: string,
  form: Form = "anywhere",
): Promise<boolean> {
  const output = executable(arch, program, form);
  const stamp = join(folderOf(arch, form), `.${program}.sources`);
  const entry = join("services", program, "main.ts");
  const npmFiles = await npmFileFlags(compileConfig, modulesWithPackages);
  const flags = [...engineFlags, ...workerFlags(program), ...permissionFlags(program, form), ...npmFiles];
  const wanted = createHash("sha256").update(sources).update(flags.join(" ")).digest("hex");
  if (await isMadeFrom(output, stamp, wanted)) return false;
  const runtime = await findRuntime(arch);
  await Deno.mkdir(folderOf(arch, form), { recursive: true });
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...[
        "compile",
        "--quiet",
        "--no-check",
        "--config",
        compileConfig,
        "--target",
        compileTarget(arch),
        "--output",
        `${output}.new`,
      ],
      ...flags,
      entry,
    ],
    cwd: checkout,
    env: { DENORT_BIN: runtime, NO_COLOR: "1" },
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) {
    throw new Error(`deno compile ${program} for ${arch} failed:\n${new TextDecoder().decode(stderr)}`);
  }
  await Deno.rename(`${output}.new`, output);
  await Deno.writeTextFile(stamp, wanted);
  return true;
}

async function isMadeFrom(output: string, stamp: string, wanted: string): Promise<boolean> {
  try {
    await Deno.stat(output);
    return (await Deno.readTextFile(stamp)) === wanted;
  } catch {
    return false;
  }
}

/** One hash over every source file that can end up in an executable, with its name. */
export async function hashOfSources(): Promise<string> {
  const hash = createHash("sha256");
  for (const name of ["scripts/build/compile.json", "scripts/build/compile.lock"]) {
    hash.update(await Deno.readFile(join(checkout, name)));
  }
  for (const room of ["controllerconn", "proto", "services"]) {
    for (const file of (await filesBelow(join(checkout, room))).sort()) {
      hash.update(file).update(await Deno.readFile(file));
    }
  }
  return hash.digest("hex");
}

async function filesBelow(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory) found.push(...await filesBelow(path));
    else if (/\.(ts|js)$/.test(entry.name) && !entry.name.endsWith("_test.ts")) found.push(path);
  }
  return found;
}
