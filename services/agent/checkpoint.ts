/**
 * `/persist/checkpoint`: what must survive a reboot without a controller (`spec/pubsub.md §13`,
 * `spec/zedagent.md §5`). Every file is replaced atomically, mode 0600.
 */
import type { ControllerCertStore } from "../../controllerconn/mod.ts";
import { readFileIfPresent, replaceFile } from "../pubsub/mod.ts";
import type { DevicePaths } from "./paths.ts";

/** A checkpoint as it was found. */
export interface Checkpoint {
  readonly bytes: Uint8Array;
  /** Time of the data, milliseconds since 1970. */
  readonly mtime: number;
}

/** Files below `/persist/checkpoint` that our programs write; EVE's copies of what was sent last are not among them. */
export const checkpointNames = [
  "lastconfig",
  "controllercerts",
  "lastradioconfig",
  "lastlocalprofile",
  "lastappbootconfig",
  "appCommands",
  "localnetworkconfig",
] as const;

/** One of {@linkcode checkpointNames}. */
export type CheckpointName = typeof checkpointNames[number];

/** The file or its `.bak`; `undefined` if there is none. @throws on a read error other than absence */
export function loadCheckpoint(
  paths: DevicePaths,
  name: CheckpointName,
  which: "primary" | "backup" = "primary",
): Checkpoint | undefined {
  const path = pathOf(paths, name, which);
  const bytes = readFileIfPresent(path);
  if (bytes === undefined) return undefined;
  return { bytes, mtime: Deno.statSync(path).mtime?.getTime() ?? 0 };
}

/**
 * Writes the file anew, also with equal bytes, so that its mtime tells of it; the folder is made (0700)
 * where it is missing.
 * @throws on a failed write; the old file stays
 */
export function saveCheckpoint(paths: DevicePaths, name: CheckpointName, bytes: Uint8Array): void {
  makeFolder(paths);
  replaceFile(pathOf(paths, name, "primary"), bytes, { mode: 0o600 });
}

/**
 * Makes `.bak` a copy of the file, mtime included. Where equal bytes stand already, nothing is written: at most the mtime is
 * set.
 * @returns false if there is no file to copy
 * @throws on a failed write
 */
export function backUpCheckpoint(paths: DevicePaths, name: CheckpointName): boolean {
  return copy(pathOf(paths, name, "primary"), pathOf(paths, name, "backup"));
}

/**
 * The other way round: the file becomes a copy of its `.bak`.
 * @returns false if there is no `.bak`
 * @throws on a failed write
 */
export function restoreCheckpoint(paths: DevicePaths, name: CheckpointName): boolean {
  return copy(pathOf(paths, name, "backup"), pathOf(paths, name, "primary"));
}

/**
 * `controllercerts` and `.bak`: equal bytes are not rewritten; other ones push the old ones to `.bak`; a
 * missing `.bak` becomes a copy of the file. That a file which does not parse is healed from `.bak` is the
 * caller's part (`restoreCheckpoint`).
 */
export function fileControllerCertStore(paths: DevicePaths): ControllerCertStore {
  const primary = pathOf(paths, "controllercerts", "primary");
  return {
    load: (which) => loadCheckpoint(paths, "controllercerts", which)?.bytes,
    storedAt: (which) => loadCheckpoint(paths, "controllercerts", which)?.mtime,
    save(bytes) {
      makeFolder(paths);
      const old = readFileIfPresent(primary);
      if (old === undefined || !equalBytes(old, bytes)) {
        replaceFile(primary, bytes, { mode: 0o600, backup: old !== undefined });
      }
      if (readFileIfPresent(`${primary}.bak`) === undefined) backUpCheckpoint(paths, "controllercerts");
    },
  };
}

function pathOf(paths: DevicePaths, name: CheckpointName, which: "primary" | "backup"): string {
  return `${paths.checkpoint}/${name}${which === "backup" ? ".bak" : ""}`;
}

function makeFolder(paths: DevicePaths): void {
  Deno.mkdirSync(paths.checkpoint, { recursive: true, mode: 0o700 });
}

function copy(from: string, to: string): boolean {
  const bytes = readFileIfPresent(from);
  if (bytes === undefined) return false;
  const { atime, mtime } = Deno.statSync(from);
  const there = readFileIfPresent(to);
  if (there === undefined || !equalBytes(there, bytes)) replaceFile(to, bytes, { mode: 0o600 });
  if (mtime !== null && Deno.statSync(to).mtime?.getTime() !== mtime.getTime()) {
    Deno.utimeSync(to, atime ?? mtime, mtime);
  }
  return true;
}

function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}
