/**
 * The events of the agents' folders (`/run/zedagent`), straight from inotify: they hold files of others, and where one of those is a
 * FIFO, `Deno.watchFs` stands still for good (docs/deno.md). Nothing is ever opened here.
 */
import type { FolderListener, FollowFolder } from "../pubsub/mod.ts";
import { BridgeError } from "./error.ts";
import { errno, type Libc, ready } from "./libc.ts";
import type { Poller } from "./poller.ts";

/** Bits of an event. */
const IN = {
  MODIFY: 0x2,
  MOVED_FROM: 0x40,
  MOVED_TO: 0x80,
  CREATE: 0x100,
  DELETE: 0x200,
  DELETE_SELF: 0x400,
  MOVE_SELF: 0x800,
  Q_OVERFLOW: 0x4000,
  ONLYDIR: 0x1000000,
} as const;

const CHANGES = IN.MODIFY | IN.MOVED_FROM | IN.MOVED_TO | IN.CREATE | IN.DELETE | IN.DELETE_SELF |
  IN.MOVE_SELF;
/** `struct inotify_event` without its name. */
const HEAD = 16;
/** Room for an event with the longest name, many times. */
const BUFFER = 64 * 1024;

/** One event as it stands in the buffer. */
export interface RawEvent {
  /** -1 for those that got lost. */
  readonly watch: number;
  readonly mask: number;
  /** Empty for the folder itself. */
  readonly name: string;
}

interface Watched {
  readonly path: string;
  readonly listener: FolderListener;
}

/** All folders of one bridge. */
export class AgentFolders {
  readonly #inotify: number;
  readonly #watched = new Map<number, Set<Watched>>();
  readonly #buffer = new Uint8Array(BUFFER);

  /** @throws {BridgeError} `system` */
  constructor(private readonly libc: Libc, private readonly poller: Poller) {
    this.#inotify = must("inotify_init1", libc.inotify());
    poller.add(this.#inotify, ready.IN, () => this.#read());
  }

  /** See `followFolder`. @throws {BridgeError} `system` */
  readonly follow: FollowFolder = (path, _identity, listener) => {
    const watch = must(
      `inotify_add_watch of ${path}`,
      this.libc.watchFolder(this.#inotify, path, CHANGES | IN.ONLYDIR),
    );
    const watched = { path, listener };
    const all = this.#watched.get(watch) ?? new Set();
    this.#watched.set(watch, all.add(watched));
    return () => {
      if (!all.delete(watched) || all.size > 0) return;
      this.#watched.delete(watch);
      this.libc.unwatchFolder(this.#inotify, watch);
    };
  };

  /** No more events for anyone. */
  end(): void {
    this.#watched.clear();
    this.poller.remove(this.#inotify);
    this.libc.close(this.#inotify);
  }

  #read(): void {
    for (;;) {
      const size = this.libc.readEvents(this.#inotify, this.#buffer);
      if (size === -errno.EINTR) continue;
      if (size <= 0) return;
      for (const event of eventsOf(this.#buffer.subarray(0, size))) this.#tell(event);
    }
  }

  #tell({ watch, mask, name }: RawEvent): void {
    const lost = (mask & IN.Q_OVERFLOW) !== 0;
    const all = lost
      ? [...this.#watched.values()].flatMap((each) => [...each])
      : [...this.#watched.get(watch) ?? []];
    for (const { path, listener } of all) {
      if (lost) listener.event({ kind: "other", paths: [], flag: "rescan" });
      else if ((mask & CHANGES) !== 0) {
        listener.event({ kind: kindOf(mask), paths: [name === "" ? path : `${path}/${name}`] });
      }
    }
  }
}

/** The events in a buffer. Pure. */
export function eventsOf(bytes: Uint8Array): RawEvent[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const events: RawEvent[] = [];
  for (let at = 0; at + HEAD <= bytes.length;) {
    const end = at + HEAD + view.getUint32(at + 12, true);
    const padded = new TextDecoder().decode(bytes.subarray(at + HEAD, end));
    events.push({
      watch: view.getInt32(at, true),
      mask: view.getUint32(at + 4, true),
      name: padded.replace(/\0+$/, ""),
    });
    at = end;
  }
  return events;
}

function kindOf(mask: number): Deno.FsEvent["kind"] {
  if ((mask & IN.CREATE) !== 0) return "create";
  if ((mask & (IN.DELETE | IN.DELETE_SELF)) !== 0) return "remove";
  return (mask & IN.MODIFY) !== 0 ? "modify" : "rename";
}

function must(call: string, result: number): number {
  if (result >= 0) return result;
  throw new BridgeError("system", `${call} failed with errno ${-result}`);
}
