/** The text of `--help`. Pure. */
import type { CommandLine, Flag } from "./arguments.ts";

/** Usage, flags and exit codes of a program; ends without a newline. */
export function helpText(program: CommandLine, commonFlags: readonly Flag[]): string {
  const [synopsis, ...description] = program.usage.trimEnd().split("\n");
  const flags = [...program.flags, ...commonFlags].map((flag): [string, string] => [
    `${flag.name.length === 1 ? "-" : "--"}${flag.name}${flag.value === undefined ? "" : ` ${flag.value}`}`,
    flag.help,
  ]);
  const codes = Object.entries(program.exitCodes).map(([code, when]): [string, string] => [code, when]);
  return [
    `usage: ${program.program} [flags] ${synopsis ?? ""}`.trimEnd(),
    ...description,
    "",
    "flags:",
    ...columns(flags),
    "",
    "exit codes:",
    ...columns(codes),
  ].join("\n");
}

function columns(rows: readonly [string, string][]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
