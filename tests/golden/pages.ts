/** What the console shows in each situation, at two sizes. `deno run -A tests/golden/pages.ts` writes the files anew. */
import { join } from "node:path";
import { evaluate } from "../../services/diag/checks/evaluate.ts";
import { reportLines } from "../../services/diag/report/report.ts";
import type { ScreenSize } from "../../services/diag/screen/budget.ts";
import { screenPage } from "../../services/diag/screen/pages.ts";
import { type Situation, situations } from "./situations.ts";

/** The console of most devices, and a large one. */
export const sizes: readonly ScreenSize[] = [{ rows: 25, columns: 80 }, { rows: 40, columns: 120 }];

/** Where a golden report stands. */
export function goldenPath(name: string, { rows, columns }: ScreenSize): string {
  return join(import.meta.dirname ?? ".", `${name}.${columns}x${rows}.txt`);
}

/** The text of one. */
export function goldenPage({ trigger, facts }: Situation, size: ScreenSize): string {
  const diagnosis = evaluate(facts);
  const gated = trigger !== "once";
  const input = { startedAt: facts.now, trigger, facts, diagnosis, gated, showPac: false };
  return screenPage(reportLines(input), size);
}

if (import.meta.main) {
  for (const [name, situation] of Object.entries(situations)) {
    for (const size of sizes) Deno.writeTextFileSync(goldenPath(name, size), goldenPage(situation, size));
  }
}
