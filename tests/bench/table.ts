/** Rows as a table for the terminal, and as one for the README. Pure. */
import { type Budget, isWithin, ratioOf, type Row } from "./bench.ts";

const HEAD = ["what", "ours", "bare", "ratio", "budget", "kept"];
const START = "<!-- measured: start -->";
const END = "<!-- measured: end -->";

/** Columns of equal width. */
export function terminalTable(rows: readonly Row[]): string {
  const lines = [HEAD, ...rows.map(cells)];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines.map((line) =>
    line.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)
    )
      .join("  ")
  ).join("\n");
}

/** A table in Markdown. */
export function markdownTable(rows: readonly Row[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(HEAD), "|---|--:|--:|--:|--:|:--|", ...rows.map((row) => line(cells(row)))].join("\n");
}

/** `page` with `content` in place of what stood between the two marks. @throws {Error} when a mark is missing */
export function replaceMeasured(page: string, content: string): string {
  const [start, end] = [page.indexOf(START), page.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`the page has no lines "${START}" and "${END}"`);
  return `${page.slice(0, start + START.length)}\n\n${content}\n\n${page.slice(end)}`;
}

function cells(row: Row): string[] {
  const ratio = ratioOf(row);
  const kept = isWithin(row);
  return [
    row.what,
    figure(row.ours, row.unit),
    row.bare === undefined ? "–" : figure(row.bare, row.unit),
    ratio === undefined ? "–" : ratio.toFixed(2),
    budgetText(row.budget, row.unit),
    kept === undefined ? "–" : kept ? "yes" : "no",
  ];
}

function figure(value: number, unit: string): string {
  if (Number.isInteger(value)) return `${value} ${unit}`;
  return `${value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3)} ${unit}`;
}

function budgetText(budget: Budget, unit: string): string {
  switch (budget.kind) {
    case "ratio":
      return `≤ ${budget.most} ×`;
    case "figure":
      return `≤ ${budget.most} ${unit}`;
    case "equal":
      return "equal";
    case "none":
      return "–";
  }
}
