/** The timetable of a program's retries, for people: what `--explain-retry` prints. Pure and deterministic. */
import type { JitterBand } from "./delay_range.ts";
import { durationText } from "./duration_text.ts";
import { classText, type FailureClass } from "./failure_class.ts";
import { scheduleMs } from "./next_delay.ts";
import { everyFailure, type RetryPolicy, type RetrySchedule } from "./retry_policy.ts";

const header = ["name", "first", "then", "at most", "jitter", "Retry-After"];

/** A table of numbers, then a paragraph for each policy in words. Ends without a newline. */
export function explainRetry(policies: readonly RetryPolicy[]): string {
  if (policies.length === 0) return "Nothing is tried again: each thing is asked once.";
  return [
    ...table([header, ...policies.map(row)]),
    "",
    "Retry-After: the longest wait that is honoured. A wait that the controller asks for is never cut short, and",
    "never makes a delay shorter than it stands here.",
    ...policies.flatMap((policy) => ["", ...paragraph(policy)]),
  ].join("\n");
}

function row({ name, schedule, jitter, floorMs, retryAfterCapMs }: RetryPolicy): string[] {
  const at = (attempt: number) => durationText(Math.max(floorMs, scheduleMs(schedule, attempt)));
  return [
    name,
    at(1),
    thenText(schedule),
    at(Infinity),
    jitterText(jitter),
    retryAfterCapMs === undefined ? "-" : durationText(retryAfterCapMs),
  ];
}

function paragraph({ name, what, after, setBy, maxAttempts, until }: RetryPolicy): string[] {
  const lines = [
    ["what", what],
    ["after", failuresText(after)],
    ["ends", maxAttempts === undefined ? until : `${until}, or ${maxAttempts} tries`],
    ...(setBy === undefined ? [] : [["set by", setBy]]),
  ];
  return [name, ...lines.map(([label, text]) => `  ${`${label}`.padEnd(6)}  ${text}`)];
}

/** The shorter of "these" and "all but those". */
function failuresText(after: readonly FailureClass[]): string {
  const texts = (failures: readonly FailureClass[]) => failures.map((each) => classText[each]).join(", ");
  const others = everyFailure.filter((failure) => !after.includes(failure));
  if (others.length === 0) return "every failure";
  return others.length < after.length && after.length + others.length === everyFailure.length
    ? `every failure but: ${texts(others)}`
    : texts(after);
}

function thenText(schedule: RetrySchedule): string {
  switch (schedule.kind) {
    case "fixed":
      return "the same";
    case "exponential":
      return `x ${schedule.factor}`;
    case "list":
      return schedule.delaysMs.slice(1).map(durationText).join(", ") || "the same";
  }
}

function jitterText(band: JitterBand): string {
  if (band.kind === "around") return `+- ${durationText(band.ms)}`;
  const [low, high] = [Math.round(100 * band.low), Math.round(100 * band.high)];
  return low + high === 200 ? `+- ${high - 100} %` : `${low} to ${high} %`;
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = header.map((_, column) => Math.max(...rows.map((cells) => (cells[column] ?? "").length)));
  return rows.map((cells) =>
    cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd()
  );
}
