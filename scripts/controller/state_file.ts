/** Small files of the store: replaced in one step, read if they are there. @module */

import { dirname, join } from "node:path";

/** Makes the folder, writes beside the target, renames. */
export function replaceFile(path: string, content: Uint8Array | string): void {
  Deno.mkdirSync(dirname(path), { recursive: true });
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  Deno.writeFileSync(`${path}.new`, bytes);
  Deno.renameSync(`${path}.new`, path);
}

/** The content; undefined when there is no such file. */
export function readIfPresent(path: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Deno.readFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** As {@linkcode readIfPresent}, as text. */
export function readTextIfPresent(path: string): string | undefined {
  const bytes = readIfPresent(path);
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}

/** A JSON object in a file; undefined when there is no such file. */
export function readJsonIfPresent(path: string): Record<string, unknown> | undefined {
  const text = readTextIfPresent(path);
  if (text === undefined) return undefined;
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null) throw new Error(`${path}: a JSON object was expected`);
  return { ...value };
}

/** Names of the folders in a folder; none when it does not exist. */
export function subfolders(dir: string): string[] {
  Deno.mkdirSync(dir, { recursive: true });
  return [...Deno.readDirSync(dir)].filter((entry) => entry.isDirectory).map(({ name }) => name).sort();
}

/** Removes a folder and all in it, if it is there. */
export function removeFolder(dir: string, name: string): void {
  try {
    Deno.removeSync(join(dir, name), { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
