/** Where EVE keeps what helps to find a fault, by program (`spec/pubsub.md §10, 11`). */
import type { DevicePaths } from "./paths.ts";

/**
 * `/persist/agentdebug/<program>`.
 * @param program name of the executable; of several words (`zedbox all`) the first
 */
export function debugFolder(paths: DevicePaths, program: string): string {
  return `${paths.persist}/agentdebug/${program.split(" ")[0]}`;
}
