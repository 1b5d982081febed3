/**
 * The doorway to libc: the few calls on sockets and descriptors that Deno lacks (docs/spec/pubsub.md §3.1). Nothing else of
 * the program touches FFI. All calls but `waitForEvents` return at once; none throws, an error is a negative errno.
 */
import { LONGEST_SOCKET_PATH } from "../pubsub/mod.ts";
import { BridgeError } from "./error.ts";

/** The errno values that are told apart; the same on both processors. */
export const errno = {
  ENOENT: 2,
  ESRCH: 3,
  EINTR: 4,
  EAGAIN: 11,
  ENAMETOOLONG: 36,
  EMSGSIZE: 90,
  EADDRINUSE: 98,
  ECONNABORTED: 103,
  ECONNREFUSED: 111,
} as const;

/** What a descriptor can be ready for, as epoll has it. */
export const ready = { IN: 0x1, OUT: 0x4, ERR: 0x8, HUP: 0x10, RDHUP: 0x2000 } as const;

/** One descriptor that epoll found ready. */
export interface ReadyEvent {
  /** As given to `watch`. */
  readonly token: number;
  /** Bits of {@linkcode ready}. */
  readonly events: number;
}

/** See the head of this file. Results below zero are `-errno`. */
export interface Libc {
  /** A SEQPACKET socket, not blocking, closed on exec. */
  socket(): number;
  bind(fd: number, path: string): number;
  listen(fd: number, backlog: number): number;
  /** A connection, not blocking, closed on exec. */
  accept(fd: number): number;
  connect(fd: number, path: string): number;
  /** One packet, all or nothing; EAGAIN where the reader is behind. */
  send(fd: number, packet: Uint8Array<ArrayBuffer>): number;
  /** Takes one packet; returns its true size, which may be above that of the buffer. 0: the other end is closed. */
  receive(fd: number, buffer: Uint8Array<ArrayBuffer>): number;
  close(fd: number): number;
  /** An epoll instance. */
  epoll(): number;
  /** Registers a descriptor, level triggered. */
  watch(epoll: number, fd: number, events: number, token: number): number;
  /** Changes what a registered descriptor is waited for. */
  rewatch(epoll: number, fd: number, events: number, token: number): number;
  unwatch(epoll: number, fd: number): number;
  /** Waits without end on another thread. Empty after an interruption. @throws {BridgeError} `system` */
  waitForEvents(epoll: number): Promise<readonly ReadyEvent[]>;
  /** A counter that `wake` makes readable. */
  eventfd(): number;
  wake(eventfd: number): number;
  /** Tells of folders that are watched; not blocking. */
  inotify(): number;
  /** Watches a folder for what `mask` says; returns the number that its events bear. */
  watchFolder(inotify: number, path: string, mask: number): number;
  unwatchFolder(inotify: number, watch: number): number;
  /** Takes whole events; EAGAIN where there is none. */
  readEvents(inotify: number, buffer: Uint8Array<ArrayBuffer>): number;
  /** A descriptor that becomes readable when the process has ended; ESRCH if it already has. */
  pidfd(pid: number): number;
  /** Raises the soft limit of open descriptors to `wanted` or the hard limit; returns the limit that holds then. */
  raiseDescriptorLimit(wanted: number): number;
  /** Unloads the library; nothing may be waiting then. */
  unload(): void;
}

const symbols = {
  __errno_location: { parameters: [], result: "pointer" },
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  listen: { parameters: ["i32", "i32"], result: "i32" },
  accept4: { parameters: ["i32", "pointer", "pointer", "i32"], result: "i32" },
  connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  send: { parameters: ["i32", "buffer", "usize", "i32"], result: "i32" },
  recv: { parameters: ["i32", "buffer", "usize", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  epoll_create1: { parameters: ["i32"], result: "i32" },
  epoll_ctl: { parameters: ["i32", "i32", "i32", "buffer"], result: "i32" },
  epoll_wait: { parameters: ["i32", "buffer", "i32", "i32"], result: "i32", nonblocking: true },
  epoll_wait_now: { name: "epoll_wait", parameters: ["i32", "buffer", "i32", "i32"], result: "i32" },
  eventfd: { parameters: ["u32", "i32"], result: "i32" },
  eventfd_write: { parameters: ["i32", "u64"], result: "i32" },
  inotify_init1: { parameters: ["i32"], result: "i32" },
  inotify_add_watch: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  inotify_rm_watch: { parameters: ["i32", "i32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "usize"], result: "i32" },
  syscall: { parameters: ["i64", "i32", "u32"], result: "i32" },
  getrlimit: { parameters: ["i32", "buffer"], result: "i32" },
  setrlimit: { parameters: ["i32", "buffer"], result: "i32" },
} as const;

const AF_UNIX = 1;
const SOCK_SEQPACKET = 5;
const SOCK_NONBLOCK = 0o4000;
const CLOEXEC = 0o2000000;
const MSG_TRUNC = 0x20;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
const EPOLL_CTL_ADD = 1;
const EPOLL_CTL_DEL = 2;
const EPOLL_CTL_MOD = 3;
const RLIMIT_NOFILE = 7;
const SYS_PIDFD_OPEN = 434n;
const MOST_EVENTS = 64;

/** `struct epoll_event` is packed on x86_64 only. */
const EVENT = Deno.build.arch === "x86_64" ? { size: 12, data: 4 } : { size: 16, data: 8 };

/** Loads libc. @throws {BridgeError} `system` where there is none or FFI is not allowed */
export function openLibc(): Libc {
  const library = load();
  const call = library.symbols;
  const errnoAt = call.__errno_location();
  if (errnoAt === null) throw new BridgeError("system", "libc gives no errno; no socket can be served");
  const lastErrno = new Deno.UnsafePointerView(errnoAt);
  const result = (value: number) => value < 0 ? -lastErrno.getInt32() : value;
  const waited = new Uint8Array(EVENT.size * MOST_EVENTS);

  function at(path: string, bindOrConnect: (address: Uint8Array<ArrayBuffer>) => number): number {
    const address = socketAddress(path);
    return address === undefined ? -errno.ENAMETOOLONG : result(bindOrConnect(address));
  }

  return {
    socket: () => result(call.socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | CLOEXEC, 0)),
    bind: (fd, path) => at(path, (address) => call.bind(fd, address, address.length)),
    listen: (fd, backlog) => result(call.listen(fd, backlog)),
    accept: (fd) => result(call.accept4(fd, null, null, SOCK_NONBLOCK | CLOEXEC)),
    connect: (fd, path) => at(path, (address) => call.connect(fd, address, address.length)),
    send: (fd, packet) => result(call.send(fd, packet, BigInt(packet.length), MSG_DONTWAIT | MSG_NOSIGNAL)),
    receive: (fd, buffer) => result(call.recv(fd, buffer, BigInt(buffer.length), MSG_DONTWAIT | MSG_TRUNC)),
    close: (fd) => result(call.close(fd)),
    epoll: () => result(call.epoll_create1(CLOEXEC)),
    watch: (epoll, fd, events, token) =>
      result(call.epoll_ctl(epoll, EPOLL_CTL_ADD, fd, epollEvent(events, token))),
    rewatch: (epoll, fd, events, token) =>
      result(call.epoll_ctl(epoll, EPOLL_CTL_MOD, fd, epollEvent(events, token))),
    unwatch: (epoll, fd) => result(call.epoll_ctl(epoll, EPOLL_CTL_DEL, fd, epollEvent(0, 0))),
    async waitForEvents(epoll) {
      let count = await call.epoll_wait(epoll, waited, MOST_EVENTS, -1);
      // The errno of another thread can't be read here: the same question, asked on this one, gives it.
      if (count < 0) count = result(call.epoll_wait_now(epoll, waited, MOST_EVENTS, 0));
      if (count < 0 && count !== -errno.EINTR) {
        throw new BridgeError("system", `epoll_wait failed with errno ${-count}; no socket can be served`);
      }
      return readEvents(waited, count);
    },
    eventfd: () => result(call.eventfd(0, CLOEXEC | SOCK_NONBLOCK)),
    wake: (eventfd) => result(call.eventfd_write(eventfd, 1n)),
    inotify: () => result(call.inotify_init1(CLOEXEC | SOCK_NONBLOCK)),
    watchFolder: (inotify, path, mask) =>
      result(call.inotify_add_watch(inotify, new TextEncoder().encode(`${path}\0`), mask)),
    unwatchFolder: (inotify, watch) => result(call.inotify_rm_watch(inotify, watch)),
    readEvents: (inotify, buffer) => result(call.read(inotify, buffer, BigInt(buffer.length))),
    pidfd: (pid) => result(call.syscall(SYS_PIDFD_OPEN, pid, 0)),
    raiseDescriptorLimit(wanted) {
      const limits = new BigUint64Array(2);
      const read = result(call.getrlimit(RLIMIT_NOFILE, limits));
      const [soft = 0n, hard = 0n] = limits;
      const goal = BigInt(wanted) < hard ? BigInt(wanted) : hard;
      if (read < 0 || soft >= goal) return read < 0 ? read : Number(soft);
      limits[0] = goal;
      const written = result(call.setrlimit(RLIMIT_NOFILE, limits));
      return written < 0 ? written : Number(goal);
    },
    unload: () => library.close(),
  };
}

function load() {
  try {
    return Deno.dlopen("libc.so.6", symbols);
  } catch (cause) {
    throw new BridgeError("system", "libc.so.6 can't be loaded; no socket can be served", { cause });
  }
}

/** `struct sockaddr_un`; undefined if the path does not fit. */
function socketAddress(path: string): Uint8Array<ArrayBuffer> | undefined {
  const bytes = new TextEncoder().encode(path);
  if (bytes.length > LONGEST_SOCKET_PATH) return undefined;
  const address = new Uint8Array(2 + bytes.length + 1);
  new DataView(address.buffer).setUint16(0, AF_UNIX, true);
  address.set(bytes, 2);
  return address;
}

function epollEvent(events: number, token: number): Uint8Array<ArrayBuffer> {
  const event = new Uint8Array(EVENT.size);
  const view = new DataView(event.buffer);
  view.setUint32(0, events, true);
  view.setBigUint64(EVENT.data, BigInt(token), true);
  return event;
}

function readEvents(bytes: Uint8Array<ArrayBuffer>, count: number): ReadyEvent[] {
  const view = new DataView(bytes.buffer);
  return Array.from({ length: Math.max(count, 0) }, (_, index) => ({
    token: Number(view.getBigUint64(index * EVENT.size + EVENT.data, true)),
    events: view.getUint32(index * EVENT.size, true),
  }));
}
