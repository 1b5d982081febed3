/** One line of the report (`spec/diag.md §4`). */

/** INFO states, PASS confirms a test, WARNING may explain trouble, ERROR is trouble. */
export type Level = "INFO" | "PASS" | "WARNING" | "ERROR";

/** One fact. */
export interface ReportLine {
  readonly level: Level;
  readonly text: string;
}

/** As it is printed. */
export function printed(line: ReportLine): string {
  return `${line.level}: ${line.text}`;
}
