/** What was written in a stretch of time, by topic or file, and the table of it. Pure. */
import type { FileWrite } from "./file_writes.ts";

/** One line of the table. */
export interface Entry {
  /** A topic's directory, a file, or the log of a program. */
  readonly what: string;
  readonly programs: readonly string[];
  readonly writes: number;
  readonly bytes: number;
  /** Times set, files removed, folders and empty files made. */
  readonly others: number;
  /** Files written with the content they had: path below the device root → how often. */
  readonly equal: ReadonlyMap<string, number>;
}

const order = ["/persist/", "/run/", "/", "log of "];

/**
 * Sums by topic or file: `/persist` first, then `/run`, other places, and what went to standard error.
 * @param root stands in front of every device path
 */
export function ledgerOf(writes: Iterable<FileWrite>, root: string): readonly Entry[] {
  const byPlace = Map.groupBy(writes, ({ path, kind, program }) => {
    return kind === "said" ? `log of ${program}` : placeOf(path, root);
  });
  const rank = ({ what }: Entry) => order.findIndex((start) => what.startsWith(start));
  return Array.from(byPlace, ([what, done]) => entryOf(what, done, root))
    .sort((a, b) => rank(a) - rank(b) || (a.what < b.what ? -1 : 1));
}

function entryOf(what: string, done: readonly FileWrite[], root: string): Entry {
  const isWrite = ({ kind }: FileWrite) => kind === "written" || kind === "said";
  const writes = done.filter(isWrite).length;
  const equal = Map.groupBy(done.filter(({ equal }) => equal), ({ path }) => below(path, root));
  return {
    what,
    programs: [...new Set(done.map(({ program }) => program))].sort(),
    writes,
    bytes: done.reduce((sum, { bytes }) => sum + bytes, 0),
    others: done.length - writes,
    equal: new Map(Array.from(equal, ([path, same]) => [path, same.length])),
  };
}

/** The directory of a topic for what lies in it, otherwise the path itself. */
function placeOf(path: string, root: string): string {
  const place = below(path, root);
  return /^\/(?:run|persist\/status)\/[^/]+(?:\/dummy)?\/[A-Z][A-Za-z0-9]*\/(?=.)/.exec(place)?.[0] ?? place;
}

function below(path: string, root: string): string {
  return path.startsWith(`${root}/`) ? path.slice(root.length) : path;
}

/** A Markdown table that reads well in a terminal too: what was counted, and the same scaled to an hour. */
export function ledgerTable(entries: readonly Entry[], minutes: number): string {
  const cells = (what: string, programs: string, counts: readonly number[]) => [
    what,
    programs,
    ...counts.map(String),
    ...counts.map((count) => String(Math.round((count * 60) / minutes))),
  ];
  const counts = ({ writes, bytes, others }: Entry) => [writes, bytes, others];
  const sum = (start: string) => {
    const chosen = entries.filter(({ what }) => what.startsWith(start)).map(counts);
    const sums = [0, 1, 2].map((n) => chosen.reduce((all, one) => all + (one[n] ?? 0), 0));
    return cells(`all: ${start.trim()}`, "", sums);
  };
  return markdown([
    ["where", "by", "writes", "bytes", "touched", "writes/h", "bytes/h", "touched/h"],
    ...entries.map((entry) => cells(entry.what, entry.programs.join(", "), counts(entry))),
    ...["/persist/", "/run/", "log of "].map(sum),
  ]);
}

/** The first line is the head; all columns but two are numbers. */
function markdown(lines: readonly (readonly string[])[]): string {
  const [first = []] = lines;
  const widths = first.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const isNumber = (column: number) => column > 1;
  const padded = lines.map((line) =>
    line.map((cell, column) => {
      const width = widths[column] ?? 0;
      return isNumber(column) ? cell.padStart(width) : cell.padEnd(width);
    })
  );
  const rule = widths.map((width, n) => isNumber(n) ? `${"-".repeat(width - 1)}:` : "-".repeat(width));
  const [head = [], ...rows] = padded;
  return [head, rule, ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

/** One line for each file that was written though its content stayed as it was. */
export function needlessWrites(entries: readonly Entry[]): readonly string[] {
  return entries.flatMap(({ equal, programs }) => {
    const by = programs.join(", ");
    return Array.from(
      equal,
      ([path, times]) => `${path}: written ${times} times with equal content by ${by}`,
    );
  });
}
