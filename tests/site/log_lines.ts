/** What programs write to standard error: one JSON object a line, as newlogd takes it (`spec/loguploader.md §11.2`). */

/** One line. */
export interface LogLine {
  readonly file: string;
  readonly func: string;
  readonly level: string;
  readonly msg: string;
  readonly pid: number;
  readonly source: string;
  readonly time: string;
}

/** The lines of a log file; none while it does not exist. A last line without its end is left out. */
export function logLines(path: string): string[] {
  try {
    return Deno.readTextFileSync(path).split("\n").slice(0, -1);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** @throws {Error} that shows the first line that is no log entry */
export function decodedAs(lines: readonly string[]): LogLine[] {
  return lines.map((line) => {
    const entry = parsed(line);
    if (entry === undefined) throw new Error(`no log entry in newlogd's form: ${line}`);
    return entry;
  });
}

function parsed(line: string): LogLine | undefined {
  let entry: Record<string, unknown>;
  try {
    entry = Object(JSON.parse(line));
  } catch {
    return undefined;
  }
  const { file, func, level, msg, pid, source, time } = entry;
  const texts = [file, func, level, msg, source, time];
  if (typeof pid !== "number" || texts.some((text) => typeof text !== "string")) return undefined;
  return {
    file: String(file),
    func: String(func),
    level: String(level),
    msg: String(msg),
    pid,
    source: String(source),
    time: String(time),
  };
}
