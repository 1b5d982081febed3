/** What EVE finds after a program could not go on (`spec/client.md §1.2`, `spec/pubsub.md §10`). */
import type { Device } from "./device.ts";
import { errorText } from "./error.ts";
import { rfc3339Nano } from "./log_line.ts";

/**
 * Writes `/persist/reboot-reason` (replaced, or appended to where a boot reason is set already), appends
 * `/persist/log/reboot-reason.log`, writes `/persist/boot-reason` = `BootReasonFatal` only if that is empty
 * or missing, and `/persist/agentdebug/<program>/fatal-reason`. Each is tried whatever becomes of the
 * others; failures are logged.
 * @param program name of the executable, e.g. `client`: the name EVE uses here, not the one on the bus
 */
export function writeFatalReason(device: Device, program: string, text: string): void {
  const persist = device.paths.persist;
  const attempt = (path: string, work: () => void) => {
    try {
      work();
    } catch (error) {
      device.log.error(
        `${path} can't be written: ${errorText(error)}; the reason of this failure is missing there`,
      );
    }
  };
  const time = rfc3339Nano(device.clock.now());
  const release = readOrEmpty(device.paths.eveRelease).trim() || "unknown";
  const reason = `Reboot from agent ${program}[${Deno.pid}] at EVE version ${release} at ${time}: ${text}\n`;
  const isFirst = readOrEmpty(`${persist}/boot-reason`) === "";

  const reasonFile = `${persist}/reboot-reason`;
  attempt(reasonFile, () => write(reasonFile, reason, !isFirst));
  const history = `${persist}/log/reboot-reason.log`;
  attempt(history, () => {
    Deno.mkdirSync(`${persist}/log`, { recursive: true });
    write(history, reason, true);
  });
  const debugFolder = `${persist}/agentdebug/${program}`;
  attempt(`${debugFolder}/fatal-reason`, () => {
    Deno.mkdirSync(debugFolder, { recursive: true });
    write(`${debugFolder}/fatal-reason`, reason, false);
  });
  const bootReason = `${persist}/boot-reason`;
  if (isFirst) attempt(bootReason, () => write(bootReason, "BootReasonFatal", false));
}

function readOrEmpty(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}

/** A watchdog may cut the power soon, so the bytes go to the disk at once. */
function write(path: string, text: string, append: boolean): void {
  using file = Deno.openSync(path, { write: true, create: true, append, truncate: !append, mode: 0o644 });
  file.writeSync(new TextEncoder().encode(text));
  file.syncSync();
}
