/** Paths of members: `Ports.0.IfName`; a name that is no plain word stands in double quotes, as in jq. Pure. */
import { isList } from "./exact_json.ts";
import type { JsonValue } from "../topics/mod.ts";

const DOT = ".";

/** @throws {TypeError} if the path is malformed */
export function parsePath(text: string): string[] {
  const steps: string[] = [];
  const step = /\.?(?:"((?:[^"\\]|\\.)*)"|([^."]+))/gy;
  while (step.lastIndex < text.length) {
    const at = step.lastIndex;
    const match = step.exec(text);
    if (match === null) {
      throw new TypeError(`the path ${text} is not understood from ${JSON.stringify(text.slice(at))} on`);
    }
    steps.push(match[1] === undefined ? match[2] ?? "" : String(JSON.parse(`"${match[1]}"`)));
  }
  if (steps.length === 0) throw new TypeError("the path is empty");
  return steps;
}

/** The text of a path. */
export function pathText(steps: readonly string[]): string {
  return steps.map((step) => /^[A-Za-z0-9_-]+$/.test(step) ? step : JSON.stringify(step)).join(DOT);
}

/** The member, undefined if it is not there. */
export function memberAt(value: JsonValue, steps: readonly string[]): JsonValue | undefined {
  let at: JsonValue | undefined = value;
  for (const step of steps) {
    if (isList(at)) at = at[Number(step)];
    else if (typeof at === "object" && at !== null && Object.hasOwn(at, step)) at = at[step];
    else return undefined;
  }
  return at;
}
