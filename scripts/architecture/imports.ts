/** Which room imports which, read from the sources. */
import { dirname, join, relative } from "node:path";
import { checkout } from "../build/compile.ts";
import { executables } from "../permissions.ts";

/** The rooms below the programs, lowest first. */
export const sharedRooms = [
  "services/std",
  "controllerconn",
  "proto",
  "services/pubsub",
  "services/topics",
  "services/agent",
] as const;

/** The rooms of the executables. */
export const programRooms: readonly string[] = executables.map((name) => `services/${name}`);

/** One import of one file, as paths from the checkout. */
export interface Import {
  readonly file: string;
  readonly target: string;
}

/** The room that a path from the checkout is in. */
export function roomOf(path: string): string | undefined {
  return [...sharedRooms, ...programRooms].find((room) => path.startsWith(`${room}/`));
}

/** The sources of a room without tests, their data and generated code; none if there is no such room. */
export async function sourcesOf(room: string): Promise<string[]> {
  return await sourcesBelow(join(checkout, room)).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  });
}

/** What the sources of a room import by path, but for `deno.json`. */
export async function importsOf(room: string): Promise<Import[]> {
  const found: Import[] = [];
  for (const file of await sourcesOf(room)) {
    for (const specifier of specifiersIn(await Deno.readTextFile(file))) {
      const target = relative(checkout, join(dirname(file), specifier));
      if (specifier.startsWith(".") && target !== "deno.json") {
        found.push({ file: relative(checkout, file), target });
      }
    }
  }
  return found;
}

async function sourcesBelow(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory && !["testdata", "gen"].includes(entry.name)) {
      found.push(...await sourcesBelow(path));
    } else if (entry.name.endsWith(".ts") && !/(_test|test_\w+)\.ts$|\.d\.ts$/.test(entry.name)) {
      found.push(path);
    }
  }
  return found;
}

function specifiersIn(source: string): string[] {
  return [...source.matchAll(/(?:^|\n)\s*(?:import|export)\b[^"';]*?["']([^"'\n]+)["']/g)].map((m) =>
    m[1] ?? ""
  );
}
