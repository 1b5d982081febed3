/** What a program tells of itself when it is asked by a signal (`spec/pubsub.md §11`). */
import { debugFolder } from "./debug_folder.ts";
import type { Device } from "./device.ts";
import { writeDurably } from "./durable_file.ts";
import { errorText } from "./error.ts";
import { rfc3339Nano } from "./log_line.ts";
import { withSourcePaths } from "./stack_text.ts";
import { versionText } from "./version.ts";
import { pendingWaits, type Wait } from "./waits.ts";

/** The signals that ask; without a listener either of them would end the program. */
export const debugSignals = ["SIGUSR1", "SIGUSR2"] as const;
/** See {@linkcode debugSignals}. */
export type DebugSignal = typeof debugSignals[number];

/** See {@linkcode dumpState}. */
export interface DumpOptions {
  /** Name of the executable. */
  readonly program: string;
  readonly signal: DebugSignal;
  /** False for a program that may not write there (diag): then the dump goes to the log alone. */
  readonly toFile: boolean;
}

/**
 * SIGUSR1: what the program waits for, each with the stack of who waits; SIGUSR2: its memory. Both as warnings in the log and
 * in `/persist/agentdebug/<program>/sigusr1` or `sigusr2`, replaced each time. A failure is logged and nothing else.
 */
export function dumpState(device: Device, { program, signal, toFile }: DumpOptions): void {
  const parts = signal === "SIGUSR1" ? pendingWaits().map(waitText) : [memoryText()];
  const time = rfc3339Nano(device.clock.now());
  const head = `${signal}: ${versionText(program)}, pid ${Deno.pid}, at ${time}, ` +
    `up ${(performance.now() / 1000).toFixed(1)} s${signal === "SIGUSR1" ? `, ${parts.length} waits` : ""}`;
  for (const part of [head, ...parts]) device.log.warn(part);
  if (!toFile) return;
  const folder = debugFolder(device.paths, program);
  const file = `${folder}/${signal.toLowerCase()}`;
  try {
    Deno.mkdirSync(folder, { recursive: true });
    writeDurably(file, `${[head, ...parts].join("\n\n")}\n`);
  } catch (error) {
    device.log.error(`${file} can't be written: ${errorText(error)}; the dump stands in the log alone`);
  }
}

function waitText({ what, since, from }: Wait): string {
  const seconds = ((performance.now() - since) / 1000).toFixed(1);
  return [`${what}, since ${seconds} s`, ...framesOf(from.stack ?? "")].join("\n");
}

/** The frames below those of the noting itself. */
function framesOf(stack: string): string[] {
  return withSourcePaths(stack).split("\n")
    .filter((line) => /^\s+at /.test(line) && !line.includes("services/agent/waits.ts"));
}

function memoryText(): string {
  const mebibytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
  const { rss, heapUsed, heapTotal, external } = Deno.memoryUsage();
  return `memory: ${mebibytes(rss)} resident, heap ${mebibytes(heapUsed)} of ${mebibytes(heapTotal)}, ` +
    `outside of it ${mebibytes(external)}`;
}
