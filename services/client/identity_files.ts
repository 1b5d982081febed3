/** `/persist/status/uuid` and `/persist/status/hardwaremodel`, which the shell and other agents read (`docs/spec/client.md §3, 11`). */
import { dirname } from "node:path";
import type { DevicePaths } from "../agent/mod.ts";
import { makeFolder, readFileIfPresent, replaceFile } from "../pubsub/mod.ts";

/**
 * The UUID in lower case and a newline. Atomic; a file with the right content is left alone, any other one repaired (W11).
 * @returns true if the file was written
 * @throws the system's error; the old file stays
 */
export function writeUuidFile(paths: DevicePaths, uuid: string): boolean {
  return writeIfOther(paths.statusUuid, `${uuid.toLowerCase()}\n`);
}

/** The model, without a newline; otherwise as {@linkcode writeUuidFile}. */
export function writeHardwareModelFile(paths: DevicePaths, model: string): boolean {
  return writeIfOther(paths.hardwareModel, model);
}

function writeIfOther(path: string, text: string): boolean {
  const present = readFileIfPresent(path);
  if (present !== undefined && new TextDecoder().decode(present) === text) return false;
  makeFolder(dirname(path));
  replaceFile(path, text, { mode: 0o644 });
  return true;
}
