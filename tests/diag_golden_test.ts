/** The golden reports: what a person at the console sees, held word for word; see tests/golden/pages.ts. */
import { assert, assertEquals } from "@std/assert";
import { evaluate } from "../services/diag/checks/evaluate.ts";
import { linesOf } from "../services/diag/screen/budget.ts";
import { goldenPage, goldenPath, sizes } from "./golden/pages.ts";
import { situations } from "./golden/situations.ts";

/** Situations in which nothing is wrong that a check knows of. */
const fine = ["connected", "application-broken"];

Deno.test("there are golden reports for twenty situations and more, and no others", () => {
  const names = Object.keys(situations);
  assert(names.length >= 20, String(names.length));
  const wanted = names.flatMap((name) => sizes.map((size) => goldenPath(name, size))).sort();
  const folder = new URL("./golden/", import.meta.url).pathname;
  const found = Array.from(Deno.readDirSync(folder), ({ name }) => folder + name).filter((path) =>
    path.endsWith(".txt")
  );
  assertEquals(found.sort(), wanted);
});

for (const [name, situation] of Object.entries(situations)) {
  Deno.test(`golden report ${name}: as written, it fits, and names the first broken layer in its first 5 lines`, () => {
    const { findings } = evaluate(situation.facts);
    assertEquals(findings.length === 0, fine.includes(name));
    const worst = findings.find(({ level }) => level === "ERROR") ?? findings[0];
    for (const size of sizes) {
      const page = goldenPage(situation, size);
      assertEquals(page, Deno.readTextFileSync(goldenPath(name, size)));
      assert(linesOf(page, size.columns) <= size.rows, page);
      const top = page.split("\n").slice(0, 5).join("\n");
      if (worst !== undefined) assert(top.includes(`${worst.level}: ${worst.check.code} `), top);
    }
  });
}
