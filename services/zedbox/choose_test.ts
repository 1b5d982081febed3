import { assertEquals } from "@std/assert";
import { boxedPrograms, choose } from "./choose.ts";

Deno.test("a link by the name of a program is that program, in whatever folder", () => {
  for (const program of boxedPrograms) {
    assertEquals(choose(program, ["-d"]), { program, args: ["-d"] });
    assertEquals(choose(`/opt/zededa/bin/${program}`, []), { program, args: [] });
    assertEquals(choose(`./${program}`, ["all"]), { program, args: ["all"] });
  }
});

Deno.test("by its own name the first word picks", () => {
  assertEquals(choose("zedbox", ["nim", "--help"]), { program: "nim", args: ["--help"] });
  assertEquals(choose("/usr/bin/zedbox", ["all", "-d"]), { program: "all", args: ["-d"] });
  assertEquals(choose("zedbox", ["bridge"]), { program: undefined, args: [] });
  assertEquals(choose("zedbox", []), { program: undefined, args: [] });
});
