/** Picks the command and gives it what it works on. */
import { resolve } from "node:path";
import { check } from "./check.ts";
import type { Request } from "./command_line.ts";
import { get } from "./get.ts";
import { graph } from "./graph.ts";
import { ls } from "./ls.ts";
import type { Output } from "./output.ts";
import { findPlaces, hasBus, type Place } from "./places.ts";
import { watch } from "./watch.ts";

/** What stands outside. */
export interface World {
  readonly output: Output;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Ends `watch`. */
  readonly signal: AbortSignal;
}

/** One command at work. */
export interface Job {
  readonly request: Request;
  readonly world: World;
  /** Every topic that has a directory. */
  readonly places: readonly Place[];
}

const commands: Readonly<Record<string, (job: Job) => number | Promise<number>>> = {
  ls,
  get,
  watch,
  graph,
  check,
};

/** @returns the exit code */
export async function runCommand(asked: Request, world: World): Promise<number> {
  const root = asked.root === "" || asked.root === "/" ? "" : resolve(asked.root);
  if (!hasBus(root) && asked.command !== "watch") {
    world.output.complain(`busctl: expected ${root}/run or ${root}/persist/status, neither is there`);
    return 2;
  }
  const places = findPlaces(
    root,
    (what) => world.output.complain(`busctl: cannot list ${what}; the rest is shown`),
  );
  return await commands[asked.command]?.({ request: { ...asked, root }, world, places }) ?? 2;
}
