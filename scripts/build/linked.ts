/** What is linked into an executable: builtins, npm packages, and folders of this repository. */
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Executable } from "../permissions.ts";
import { checkout, compileConfig } from "./compile.ts";
import { workerModules } from "./workers.ts";

/** The committed list of an executable. */
export function linkedList(program: Executable): string {
  return join(checkout, "scripts", "build", "linked", `${program}.txt`);
}

/** What is read of `deno info --json`. */
export interface ModuleGraph {
  readonly roots: readonly string[];
  readonly redirects: Readonly<Record<string, string>>;
  readonly modules: readonly {
    readonly specifier: string;
    readonly kind?: string;
    readonly error?: string;
    readonly npmPackage?: string;
    readonly dependencies?: readonly { readonly code?: { readonly specifier: string } }[];
  }[];
  readonly npmPackages: Readonly<Record<string, { readonly dependencies: readonly string[] }>>;
}

/**
 * One line each, sorted: `node:crypto`, `npm:long@5.3.2`, `services/agent`. Imports of types only are not followed. Pure.
 * @param top the checkout, absolute
 * @throws {Error} naming a module that can't be loaded
 */
export function linkedLines(graphs: readonly ModuleGraph[], top: string): string[] {
  const lines = new Set<string>();
  const addPackage = (name: string, graph: ModuleGraph) => {
    if (lines.has(`npm:${name}`)) return;
    lines.add(`npm:${name}`);
    for (const other of graph.npmPackages[name]?.dependencies ?? []) addPackage(other, graph);
  };
  for (const graph of graphs) {
    const modules = new Map(graph.modules.map((module) => [module.specifier, module]));
    const seen = new Set<string>();
    const open = [...graph.roots];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const specifier = graph.redirects[next] ?? next;
      const module = modules.get(specifier);
      if (module === undefined || module.error !== undefined) {
        throw new Error(`deno info can't load ${specifier}: ${module?.error ?? "it is not in the graph"}`);
      }
      if (seen.has(specifier)) continue;
      seen.add(specifier);
      if (module.kind === "node") lines.add(specifier);
      else if (module.npmPackage !== undefined) addPackage(module.npmPackage, graph);
      else {lines.add(
          relative(top, dirname(fileURLToPath(specifier))) || relative(top, fileURLToPath(specifier)),
        );}
      for (const { code } of module.dependencies ?? []) if (code !== undefined) open.push(code.specifier);
    }
  }
  return [...lines].sort();
}

/** The list's text as it should be. @throws with deno's words */
export async function linkedText(program: Executable): Promise<string> {
  const roots = [join("services", program, "main.ts"), ...workerModules(program)];
  const lines = linkedLines(await Promise.all(roots.map(moduleGraph)), checkout);
  return `# What is linked into ${program}: made by \`./scripts/run linked\`, compared by a test.\n${
    lines.join("\n")
  }\n`;
}

async function moduleGraph(root: string): Promise<ModuleGraph> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--config", compileConfig, root],
    cwd: checkout,
    env: { NO_COLOR: "1" },
  }).output();
  if (!success) throw new Error(`deno info ${root} failed:\n${new TextDecoder().decode(stderr)}`);
  return JSON.parse(new TextDecoder().decode(stdout));
}
