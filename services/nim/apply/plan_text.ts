/** A plan for people: what is there now with `-`, what nim would do with `+` (`spec/nim.md §16 plan`). Pure. */
import type { Step } from "./step.ts";

/** One step as a command line, or as the file that it writes. */
export function stepText({ action }: Step): string {
  switch (action.kind) {
    case "run":
      return commandLine([action.program, ...action.args]);
    case "write":
      return `write ${action.path}`;
    case "end":
      return `kill -TERM ${action.pid}`;
    case "dhcpcd":
      return [action.stop, action.start]
        .flatMap((words) => words === undefined ? [] : [commandLine(["dhcpcd", ...words])])
        .join("; ");
    case "claim":
      return "remember it as nim's own";
  }
}

/**
 * The whole plan; each item under a line `@@ item @@`, each reason once before the steps that it is for.
 * @returns `nothing to do` for an empty one
 */
export function planText(steps: readonly Step[]): string {
  const shown = steps.filter(({ action }) => action.kind !== "claim");
  if (shown.length === 0) return "nothing to do\n";
  const lines = shown.flatMap((step, at) => {
    const before = shown[at - 1];
    const isNew = before?.item !== step.item;
    return [
      ...(isNew ? [`@@ ${step.item} @@`] : []),
      ...(isNew || before.reason !== step.reason ? [`  ${step.reason}`] : []),
      ...changeLines(step),
    ];
  });
  return `--- Linux now\n+++ Linux as configured\n${lines.map((line) => `${line}\n`).join("")}`;
}

function changeLines(step: Step): readonly string[] {
  if (step.action.kind === "write") return fileLines(step.undoes, step.action.text, stepText(step));
  const gone = step.undoes === "" ? [] : [`- ${step.undoes}`];
  return [...gone, `+ ${stepText(step)}`];
}

function fileLines(before: string, after: string, title: string): readonly string[] {
  const split = (text: string) => text.split("\n").filter((line) => line !== "");
  const [old, now] = [split(before), split(after)];
  return [
    `+ ${title}`,
    ...old.filter((line) => !now.includes(line)).map((line) => `-   ${line}`),
    ...now.filter((line) => !old.includes(line)).map((line) => `+   ${line}`),
  ];
}

function commandLine(words: readonly string[]): string {
  return words.map((word) => /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)
    .join(" ");
}
