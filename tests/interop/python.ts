/** The Python scripts of this folder: clients and servers of another make. */
import { type Child, startChild } from "../site/child.ts";
import { until } from "../site/until.ts";

/** Starts one; it is gone at the end of its block. */
export function startPython(name: string, ...args: readonly string[]): Child {
  return startChild("python3", [`tests/interop/${name}`, ...args]);
}

/** Runs one to its end. @returns its lines */
export async function runPython(name: string, ...args: readonly string[]): Promise<readonly string[]> {
  await using child = startPython(name, ...args);
  await child.ended;
  return child.lines;
}

/** Waits until it has said a line. */
export async function says(child: Child, line: string): Promise<void> {
  await until(`"${line}"`, () => child.lines.includes(line), 20_000, () => child.lines.join("\n"));
}
