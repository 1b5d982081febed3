/** A table that reads well on a terminal and is one in Markdown. Pure. */

/** The first line is the head; a column of numbers stands to the right. A cell wider than 80 does not widen its column. */
export function textTable(lines: readonly (readonly string[])[]): string {
  const [head = [], ...rows] = lines.map((line) => line.map((cell) => cell.replaceAll(/[|\n]/g, " ")));
  const cellsOf = (column: number) => [head, ...rows].map((line) => line[column] ?? "");
  const widths = head.map((_, column) =>
    Math.max(...cellsOf(column).map(({ length }) => Math.min(length, 80)))
  );
  const right = head.map((_, column) => cellsOf(column).slice(1).every((cell) => /^[\d.]*( s)?$/.test(cell)));
  const line = (cells: readonly string[]) =>
    `| ${
      cells.map((cell, n) => right[n] ? cell.padStart(widths[n] ?? 0) : cell.padEnd(widths[n] ?? 0)).join(
        " | ",
      )
    } |`;
  const rule = widths.map((width, n) =>
    right[n] ? `${"-".repeat(Math.max(1, width - 1))}:` : "-".repeat(width)
  );
  return [line(head), `| ${rule.join(" | ")} |`, ...rows.map(line)].join("\n");
}
