/** Columns that align, and numbers as people read them. Pure. */

/** @param right columns that align to the right */
export function textTable(rows: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, i) => widths[i] = Math.max(widths[i] ?? 0, cell.length));
  return rows.map((row) =>
    row.map((cell, i) => right.includes(i) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0))
      .join("  ").trimEnd()
  );
}

/** `12 s`, `5 min`, `3 h`, `2 d`; a time to come is `0 s`. */
export function ageText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} d`;
}

/** A key as it stands in a line: the empty one in quotes, one with control characters as JSON, so that none reaches a terminal. */
export function keyText(key: string): string {
  if (key !== "" && !/\p{Cc}/u.test(key)) return key;
  // JSON leaves those from U+007F on as they are.
  return JSON.stringify(key).replace(
    /\p{Cc}/gu,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
