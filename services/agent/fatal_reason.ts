/** What EVE finds after a program could not go on (`spec/client.md §1.2`, `spec/pubsub.md §10`). */
import { dirname } from "node:path";
import { debugFolder } from "./debug_folder.ts";
import type { Device } from "./device.ts";
import { appendBounded, type Bound, readOrEmpty, writeDurably } from "./durable_file.ts";
import { errorText } from "./error.ts";
import { rfc3339Nano } from "./log_line.ts";

/** nodeagent reads no more than this of `reboot-reason`: what came first stays. */
const reasonBound: Bound = { mostBytes: 16_384, drop: "new" };
/** For the files of `/persist/log`, which nobody empties: what came last stays. */
const historyBound: Bound = { mostBytes: 262_144, drop: "old" };

/** See {@linkcode writeFatalReason}. */
export interface FatalReasonOptions {
  /** Name of the executable, e.g. `client`: the name EVE uses here, not the one on the bus. */
  readonly program: string;
  readonly text: string;
  /** Where it happened, in the form of V8; no stack file without it. */
  readonly stack?: string | undefined;
  /** False where the program is started again inside a living process: then no reboot follows that needs a reason. */
  readonly rebootFollows: boolean;
}

/**
 * Writes `/persist/agentdebug/<program>/fatal-reason` and `fatal-stack`. Where a reboot follows also `/persist/reboot-reason`
 * (replaced, or appended to where a boot reason is set already), `reboot-stack`, `reboot-image` (the partition in
 * `/run/eve.id`), `boot-reason` = `BootReasonFatal` only if that is empty or missing, and appends to `reboot-reason.log` and
 * `reboot-stack.log` in `/persist/log`. Each is tried whatever becomes of the others; failures are logged.
 */
export function writeFatalReason(device: Device, options: FatalReasonOptions): void {
  const { persist } = device.paths;
  const { program, text, stack, rebootFollows } = options;
  const attempt = (path: string, work: (path: string) => void) => {
    try {
      Deno.mkdirSync(dirname(path), { recursive: true });
      work(path);
    } catch (error) {
      device.log.error(
        `${path} can't be written: ${errorText(error)}; the reason of this failure is missing there`,
      );
    }
  };
  const partition = readOrEmpty(device.paths.eveId).trim() || "Unknown";
  const reason = `Reboot from agent ${program}[${Deno.pid}] in partition ${partition} at EVE version ` +
    `${readOrEmpty(device.paths.eveRelease).trim() || "Unknown"} at ${
      rfc3339Nano(device.clock.now())
    }: ${text}\n`;
  const own = debugFolder(device.paths, program);
  attempt(`${own}/fatal-reason`, (path) => writeDurably(path, reason));
  if (stack !== undefined) attempt(`${own}/fatal-stack`, (path) => writeDurably(path, `${stack}\n`));
  if (!rebootFollows) return;

  const isFirst = readOrEmpty(`${persist}/boot-reason`) === "";
  attempt(`${persist}/reboot-reason`, (path) => {
    if (isFirst) writeDurably(path, reason);
    else appendBounded(path, reason, reasonBound);
  });
  attempt(`${persist}/log/reboot-reason.log`, (path) => appendBounded(path, reason, historyBound));
  if (stack !== undefined) {
    attempt(`${persist}/reboot-stack`, (path) => writeDurably(path, `${stack}\n`));
    attempt(`${persist}/log/reboot-stack.log`, (path) => appendBounded(path, `${stack}\n`, historyBound));
  }
  attempt(`${persist}/reboot-image`, (path) => writeDurably(path, partition));
  if (isFirst) attempt(`${persist}/boot-reason`, (path) => writeDurably(path, "BootReasonFatal"));
}
