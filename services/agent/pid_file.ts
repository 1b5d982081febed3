/** `/run/<agent>.pid`: one process per agent (`spec/pubsub.md §11`, `spec/client.md §1`). */
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { isAlive } from "../pubsub/mod.ts";
import { AgentError, errorText } from "./error.ts";

/** The pid file of this process. */
export interface PidFile {
  /** Removes the file if it still is ours. Never throws. */
  release(): void;
}

/**
 * Writes this process into the pid file: decimal, no newline, mode 0644. A file that holds no pid, a dead
 * one or our own (pids come again) is taken over. The file stays locked as long as we live, so of two starts
 * at once one wins.
 * @throws {AgentError} `already-running`, `io`; the file is left as it was
 */
export function claimPidFile(path: string): PidFile {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const file = openCurrent(path);
    try {
      const pid = readPid(file);
      if (pid !== undefined && pid !== Deno.pid && isAlive(pid)) {
        throw alreadyRunning(path, `process ${pid} lives`);
      }
      file.truncateSync(0);
      file.seekSync(0, Deno.SeekMode.Start);
      file.writeSync(new TextEncoder().encode(String(Deno.pid)));
      Deno.chmodSync(path, 0o644);
    } catch (error) {
      file.close();
      throw error;
    }
    return { release: () => release(path, file) };
  } catch (error) {
    if (error instanceof AgentError) throw error;
    throw new AgentError("io", `pid file ${path} can't be written: ${errorText(error)}`, { cause: error });
  }
}

/** Another start may remove the file between our open and our lock: then the lock is on nothing. */
function openCurrent(path: string): Deno.FsFile {
  for (;;) {
    const file = Deno.openSync(path, { read: true, write: true, create: true, mode: 0o644 });
    try {
      if (!file.tryLockSync(true)) throw alreadyRunning(path, "another process holds its lock");
      if (inode(path) === file.statSync().ino) return file;
    } catch (error) {
      file.close();
      throw error;
    }
    file.close();
  }
}

function alreadyRunning(path: string, reason: string): AgentError {
  return new AgentError(
    "already-running",
    `pid file ${path}: ${reason}; expected no other instance, not starting`,
  );
}

function inode(path: string): number | null | undefined {
  try {
    return Deno.statSync(path).ino;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function readPid(file: Deno.FsFile): number | undefined {
  const buffer = new Uint8Array(32);
  const text = new TextDecoder().decode(buffer.subarray(0, file.readSync(buffer) ?? 0)).trim();
  return /^[1-9]\d{0,9}$/.test(text) ? Number(text) : undefined;
}

function release(path: string, file: Deno.FsFile): void {
  try {
    if (inode(path) === file.statSync().ino) Deno.removeSync(path);
  } catch {
    // A file that stays names a dead process, and the next start takes it over.
  }
  file.close();
}
