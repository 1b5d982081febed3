import { assertEquals } from "@std/assert";
import { line, type ReportLine } from "../report/line.ts";
import { linesOf, ScreenBudget, screenSize } from "./budget.ts";
import { filePage, largestReport, screenPage } from "./pages.ts";

const small = { rows: 4, columns: 10 };

/** Which of the prints fit. */
function fits(...texts: string[]): boolean[] {
  const budget = new ScreenBudget(small);
  return texts.map((text) => budget.take(text));
}

Deno.test("[diag#24] the vectors of spec/diag.md §6: 4 rows, 10 columns", () => {
  const full = "abcdefghij\n";
  assertEquals(fits(full, full, full), [true, true, true]);
  assertEquals(fits(full, full, "abcdefghijk\n"), [true, true, false]);
  assertEquals(fits("abc\n", "abc\n", "abc\n", "abc\n"), [true, true, true, false]);
  assertEquals(fits("\nabc\n", "x\n"), [true, true]);
  assertEquals(fits("\nabc\n", "x\n", "y\n"), [true, true, false]);
  assertEquals(linesOf("abc\n\n", 10), 2);
  assertEquals([linesOf("x".repeat(30), 10), fits("x".repeat(30))], [3, [true]]);
  assertEquals(fits("x".repeat(31)), [false]);
  assertEquals([linesOf("", 10), fits("")], [0, [true]]);
  assertEquals(fits("x".repeat(31), "x\n"), [false, false], "once full, nothing more");
});

Deno.test("[diag#24] four lines: three and the line that tells of the rest are on the screen, all five in the file", () => {
  // `INFO: abcd` has ten characters.
  const lines: ReportLine[] = ["abcd", "abcd", "abcd", "abcd"].map((text) => line("INFO", text));
  const overflow = "WARNING: 1 more lines do not fit on this screen\n";
  assertEquals(screenPage(lines, small), `${"INFO: abcd\n".repeat(3)}${overflow}`);
  assertEquals(filePage(lines, small), `${"INFO: abcd\n".repeat(4)}${overflow}`);
  assertEquals(screenPage(lines.slice(1), small), "INFO: abcd\n".repeat(3));
});

Deno.test("[diag#27] rows and columns of 0, negative, or none at all are the default", () => {
  assertEquals(screenSize(0, 0), { rows: 40, columns: 80 });
  assertEquals(screenSize(-1, undefined), { rows: 40, columns: 80 });
  assertEquals(screenSize(25, 132), { rows: 25, columns: 132 });
});

Deno.test("[diag#34] a report above 65535 bytes is cut at the end of a line, and says so", () => {
  const lines = Array.from({ length: 2000 }, (_, i) => line("INFO", `ä${i} ${"x".repeat(60)}`));
  const text = filePage(lines, { rows: 25, columns: 80 });
  const bytes = new TextEncoder().encode(text).length;
  assertEquals(bytes <= largestReport && bytes > largestReport - 300, true, String(bytes));
  const all = text.split("\n");
  assertEquals(all.slice(-2), ["WARNING: the report is too large, its end is missing", ""]);
  assertEquals(all.slice(0, -2).every((each) => /^INFO: ä\d+ x{60}$/.test(each)), true);
});
