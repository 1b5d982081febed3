/** Holds the arrows between the rooms (README, "Architecture"). */
import { assertEquals } from "@std/assert";
import { relative } from "node:path";
import { importsOf, programRooms, roomOf, sourcesOf } from "../scripts/architecture/imports.ts";
import { checkout } from "../scripts/build/compile.ts";
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
/** zedbox is the one that may know the programs (design.md "Rooms"). */
const boxed = boxedPrograms.map((name) => `services/${name}`);

Deno.test("imports point only the way the architecture says", async () => {
  const wrong: string[] = [];
  for (const room of [...Object.keys(arrows), ...programRooms]) {
    const allowed = [
      room,
      "services/std",
      ...(arrows[room] ?? program),
      ...(room === "services/zedbox" ? boxed : []),
    ];
    for (const { file, target } of await importsOf(room)) {
      const targetRoom = roomOf(target);
      if (targetRoom === undefined || !allowed.includes(targetRoom)) wrong.push(`${file} imports ${target}`);
    }
  }
  assertEquals(wrong, []);
});

Deno.test("only main.ts, the room agent and defaults of options reach for arguments, environment and clock", async () => {
  const forbidden = /Deno\.(args|env)\b|\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|crypto\.randomUUID\(/;
  const wrong: string[] = [];
  for (const room of ["controllerconn", "services/pubsub", "services/topics", ...programRooms]) {
    for (const file of await sourcesOf(room)) {
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
