/** The socket that Go subscribers connect to: where it may stand, and that only our own is ever removed (spec/pubsub.md §3.4, §7). */
import { LONGEST_SOCKET_PATH } from "../pubsub/mod.ts";
import { BridgeError } from "./error.ts";
import { errno, type Libc } from "./libc.ts";

/** Connections that wait while the bridge is busy; Go counts a refused one as 10 s of delay. */
const BACKLOG = 1024;

/** A listening socket. */
export interface Listener {
  readonly fd: number;
  /** What stands at its path is still this very socket. */
  isInPlace(): boolean;
  /** Closes it, and unlinks its path if it is in place. */
  close(): void;
}

/** Tells one file at a path from the next; undefined if nothing is there. */
export function identityOf(path: string): string | undefined {
  try {
    const info = Deno.lstatSync(path);
    return `${info.dev} ${info.ino} ${info.birthtime?.getTime()}`;
  } catch (error) {
    return error instanceof Deno.errors.NotFound ? undefined : "unreadable";
  }
}

/** @throws {BridgeError} `path-too-long` */
export function checkSocketPath(path: string): void {
  const size = new TextEncoder().encode(path).length;
  if (size <= LONGEST_SOCKET_PATH) return;
  throw new BridgeError(
    "path-too-long",
    `${path} has ${size} bytes, a socket's path can have ${LONGEST_SOCKET_PATH}; Go subscribers don't get this topic`,
  );
}

/**
 * Makes sure that a socket can be put at `path`: a stale one, to which nobody listens, is unlinked.
 * @throws {BridgeError} `in-use` if somebody serves it or it is no socket; nothing is changed then
 */
export function clearPath(libc: Libc, path: string): void {
  let info;
  try {
    info = Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  if (!info.isSocket) throw inUse(path, "is no socket");
  const outcome = tryToConnect(libc, path);
  if (outcome === -errno.ENOENT) return;
  if (outcome === -errno.ECONNREFUSED) Deno.removeSync(path);
  else throw inUse(path, outcome === 0 ? "is served by another process" : `answers with errno ${-outcome}`);
}

/** Listens at a path where nothing stands. @throws {BridgeError} `in-use`, `system` */
export function listenAt(libc: Libc, path: string): Listener {
  const fd = must("socket", path, libc.socket());
  let identity: string | undefined;
  const isInPlace = () => identity !== undefined && identityOf(path) === identity;
  const close = () => {
    if (isInPlace()) unlink(path);
    libc.close(fd);
  };
  try {
    const bound = libc.bind(fd, path);
    if (bound === -errno.EADDRINUSE) throw inUse(path, "has just appeared");
    must("bind", path, bound);
    identity = identityOf(path);
    must("listen", path, libc.listen(fd, BACKLOG));
  } catch (error) {
    close();
    throw error;
  }
  return { fd, isInPlace, close };
}

function unlink(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // A socket that stays is stale: whoever serves the topic next replaces it.
  }
}

function tryToConnect(libc: Libc, path: string): number {
  const fd = must("socket", path, libc.socket());
  const outcome = libc.connect(fd, path);
  libc.close(fd);
  return outcome;
}

function inUse(path: string, what: string): BridgeError {
  return new BridgeError("in-use", `${path} ${what}; it is left alone, and its topic is tried again later`);
}

function must(call: string, path: string, result: number): number {
  if (result >= 0) return result;
  throw new BridgeError("system", `${path}: ${call} failed with errno ${-result}; it is tried again later`);
}
