/** One report as the screen shows it, and as the state file has it. Pure. */
import { line, printed, type ReportLine } from "../report/line.ts";
import { ScreenBudget, type ScreenSize } from "./budget.ts";

/** The metadata service refuses a larger file (`spec/diag.md §7.3`), in bytes. */
export const largestReport = 65_535;
const CUT_NOTE = "WARNING: the report is too large, its end is missing\n";

/** What fits, with the line that tells of the rest: this one is seen (D5). */
export function screenPage(lines: readonly ReportLine[], size: ScreenSize): string {
  const budget = new ScreenBudget(size);
  const shown = lines.map(printed).filter((text) => budget.take(text));
  return shown.join("") + (budget.withheld > 0 ? printed(overflowLine(budget.withheld)) : "");
}

/** Everything, also what the screen does not show; cut at the end of a line if it is too large. */
export function filePage(lines: readonly ReportLine[], size: ScreenSize): string {
  const budget = new ScreenBudget(size);
  for (const each of lines) budget.take(printed(each));
  const overflow = budget.withheld > 0 ? printed(overflowLine(budget.withheld)) : "";
  return cut(lines.map(printed).join("") + overflow);
}

function overflowLine(withheld: number): ReportLine {
  return line("WARNING", `${withheld} more lines do not fit on this screen`);
}

function cut(text: string): string {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= largestReport) return text;
  const room = largestReport - new TextEncoder().encode(CUT_NOTE).length;
  const end = bytes.lastIndexOf(10, room - 1);
  return new TextDecoder().decode(bytes.subarray(0, end + 1)) + CUT_NOTE;
}
