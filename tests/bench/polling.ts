/** zedagent's config loop in a process of its own that tells what it holds. */
import { type Child, startChild } from "../site/child.ts";

/** After a garbage collection, millions of bytes. */
export interface Memory {
  readonly rssMB: number;
  readonly heapMB: number;
}

/** @param pace how many times as fast its clock goes, or `impatient`; see the child */
export function startPolling(root: string, pace = "1"): Child {
  const options = ["--quiet", "--no-lock", "--no-check", "--allow-all", "--v8-flags=--expose-gc"];
  const script = "tests/bench/children/polling_zedagent.ts";
  return startChild(Deno.execPath(), ["run", ...options, script, root, pace]);
}

/** @throws {Error} when the child has ended */
export async function memoryOf(child: Child): Promise<Memory> {
  await child.tell("memory");
  return JSON.parse(await child.line());
}
