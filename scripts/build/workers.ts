/** Modules that run as workers. The compiler does not follow `new Worker(…)`, so each is named to it. */
import { join } from "node:path";
import type { Executable } from "../permissions.ts";

const pac = join("controllerconn", "pac", "worker.ts");

/** Executable → the workers it may start, from the checkout. */
const workers: Readonly<Record<Executable, readonly string[]>> = {
  client: [pac],
  zedagent: [pac],
  loguploader: [pac],
  nim: [pac],
  diag: [pac],
  zedbox: [pac],
  bridge: [],
  busctl: [],
};

/** Their paths, from the checkout. */
export function workerModules(executable: Executable): readonly string[] {
  return workers[executable];
}

/** The flags for `deno compile`. */
export function workerFlags(executable: Executable): string[] {
  return workerModules(executable).flatMap((module) => ["--include", module]);
}
