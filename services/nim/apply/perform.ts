/** Does one step of a plan. DHCP clients are not done here: they take their time in the background. */
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { Device } from "../../agent/mod.ts";
import { replaceFile } from "../../pubsub/mod.ts";
import { ownRecordPath, readOwnRecord, writeOwnRecord } from "./own_record.ts";
import { holdsWithin } from "./holds_within.ts";
import { isRunning } from "./processes.ts";
import type { Action, OwnRecord } from "./step.ts";

/** What of the device it takes to change Linux. */
export type Hands = Pick<Device, "commands" | "paths" | "log" | "signal">;

/** A step that is done at once. */
export type ShortAction = Exclude<Action, { readonly kind: "dhcpcd" }>;

/** A local process ends within this many milliseconds of SIGTERM. */
const endWithinMs = 3_000;

/** @throws {Error} with the command or file and what the system said */
export async function perform(device: Hands, action: ShortAction): Promise<void> {
  switch (action.kind) {
    case "run":
      return await mustRun(device, action.program, action.args);
    case "write":
      mkdirSync(dirname(action.path), { recursive: true });
      return action.inPlace ? overwrite(action.path, action.text) : replaceFile(action.path, action.text);
    case "end":
      await mustRun(device, "kill", ["-TERM", String(action.pid)]);
      if (await holdsWithin(endWithinMs, device.signal, () => !isRunning(action.pid))) return;
      throw new Error(`process ${action.pid} did not end within ${endWithinMs / 1000} s of SIGTERM`);
    case "claim":
      return changeRecord(device, action.change);
  }
}

/** @throws {Error} naming the command, its code and its words */
export async function mustRun(
  { commands, signal }: Hands,
  program: string,
  args: readonly string[],
): Promise<void> {
  const { code, stdout, stderr } = await commands.run(program, args, signal);
  if (code === 0) return;
  throw new Error(
    `${program} ${args.join(" ")} ended with ${code}: ${(stderr.trim() || stdout.trim()).slice(0, 500)}`,
  );
}

/** Changes what nim remembers of its own doing. */
export function changeRecord(
  { paths }: Pick<Hands, "paths">,
  change: (record: OwnRecord) => OwnRecord,
): void {
  const path = ownRecordPath(paths.run);
  writeOwnRecord(path, change(readOwnRecord(path)));
}

/** One write, then the length: a reader may see old and new together, but never an empty file (`spec/nim.md §19 W22`). */
function overwrite(path: string, text: string): void {
  const bytes = new TextEncoder().encode(text);
  const file = Deno.openSync(path, { write: true, create: true, mode: 0o644 });
  try {
    const written = file.writeSync(bytes);
    if (written !== bytes.length) {
      throw new Error(`${path}: only ${written} of ${bytes.length} bytes were written`);
    }
    file.truncateSync(bytes.length);
    file.syncSync();
  } finally {
    file.close();
  }
}
