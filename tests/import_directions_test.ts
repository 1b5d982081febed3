/** Holds the arrows between the rooms (README, "Architecture"). */
import { assertEquals } from "@std/assert";
import { dirname, join, relative } from "node:path";
import { checkout } from "../scripts/build/compile.ts";
import { executables } from "../scripts/permissions.ts";
import { boxedPrograms } from "../services/zedbox/choose.ts";

/** Room → the rooms it may import. A room may always import itself and `@std/*`. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  "services/std": [],
  "controllerconn": [],
  "proto": [],
  "services/pubsub": [],
  "services/topics": ["services/pubsub", "controllerconn"],
  "services/agent": ["services/topics", "services/pubsub", "controllerconn", "proto"],
};
const program = ["services/agent", "services/topics", "services/pubsub", "controllerconn", "proto"];
const programs = executables.map((name) => `services/${name}`);
/** zedbox is the one that may know the programs (design.md "Rooms"). */
const boxed = boxedPrograms.map((name) => `services/${name}`);

function roomOf(path: string): string | undefined {
  return [...Object.keys(arrows), ...programs].find((room) => path.startsWith(`${room}/`));
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

function importsOf(source: string): string[] {
  return [...source.matchAll(/(?:^|\n)\s*(?:import|export)\b[^"';]*?["']([^"'\n]+)["']/g)].map((m) =>
    m[1] ?? ""
  );
}

Deno.test("imports point only the way the architecture says", async () => {
  const wrong: string[] = [];
  for (const room of [...Object.keys(arrows), ...programs]) {
    const allowed = [
      room,
      "services/std",
      ...(arrows[room] ?? program),
      ...(room === "services/zedbox" ? boxed : []),
    ];
    for (const file of await sourcesBelow(join(checkout, room)).catch(() => [])) {
      for (const specifier of importsOf(await Deno.readTextFile(file))) {
        if (!specifier.startsWith(".")) continue;
        const target = relative(checkout, join(dirname(file), specifier));
        if (target === "deno.json") continue;
        const targetRoom = roomOf(target);
        if (targetRoom === undefined || !allowed.includes(targetRoom)) {
          wrong.push(`${relative(checkout, file)} imports ${target}`);
        }
      }
    }
  }
  assertEquals(wrong, []);
});

Deno.test("only main.ts, the room agent and defaults of options reach for arguments, environment and clock", async () => {
  const forbidden = /Deno\.(args|env)\b|\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|crypto\.randomUUID\(/;
  const wrong: string[] = [];
  for (const room of ["controllerconn", "services/pubsub", "services/topics", ...programs]) {
    for (const file of await sourcesBelow(join(checkout, room)).catch(() => [])) {
      if (file.endsWith("/main.ts")) continue;
      const lines = (await Deno.readTextFile(file)).split("\n");
      lines.forEach((line, i) => {
        if (forbidden.test(line) && !/options\.\w+ \?\?/.test(line)) {
          wrong.push(`${relative(checkout, file)}:${i + 1}: ${line.trim()}`);
        }
      });
    }
  }
  assertEquals(wrong, []);
});
