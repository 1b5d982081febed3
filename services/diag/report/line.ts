/** One line of the report (`spec/diag.md §4`). */
import { oneLine } from "../one_line.ts";

/** INFO states, PASS confirms a test, WARNING may explain trouble, ERROR is trouble. */
export type Level = "INFO" | "PASS" | "WARNING" | "ERROR";

/** One fact. */
export interface ReportLine {
  readonly level: Level;
  readonly text: string;
  /** An empty line stands in front of it, or text without a level follows, which may have several lines. */
  readonly spaceBefore?: true;
  readonly attached?: string;
}

/** As it is printed, with its end. */
export function printed({ level, text, spaceBefore, attached }: ReportLine): string {
  const more = attached === undefined || attached === ""
    ? ""
    : attached.endsWith("\n")
    ? attached
    : `${attached}\n`;
  return `${spaceBefore ? "\n" : ""}${level}: ${text}\n${more}`;
}

/** A line without anything around it, whatever others have put into its text: no user or password of an address either. */
export function line(level: Level, text: string): ReportLine {
  return { level, text: oneLine(text) };
}
