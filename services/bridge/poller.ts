/** One epoll instance for every descriptor of the bridge; it waits on another thread, so the event loop stays free. */
import { BridgeError } from "./error.ts";
import { type Libc, ready } from "./libc.ts";

/** Called on the event loop with bits of `ready`. */
export type ReadyHandler = (events: number) => void;

/** See the head of this file. */
export class Poller {
  readonly #epoll: number;
  readonly #wake: number;
  readonly #handlers = new Map<number, ReadyHandler>();
  /** A descriptor's number comes again after its close, a token never does. */
  readonly #tokens = new Map<number, number>();
  #serial = 0;
  #ended = false;

  /** @throws {BridgeError} `system` */
  constructor(private readonly libc: Libc) {
    this.#epoll = this.#must("epoll_create1", libc.epoll());
    this.#wake = this.#must("eventfd", libc.eventfd());
    this.add(this.#wake, ready.IN, () => {});
  }

  /** Waits for `events` (and for errors, always) on a descriptor until `remove`. @throws {BridgeError} `system` */
  add(fd: number, events: number, handler: ReadyHandler): void {
    const token = ++this.#serial;
    this.#must("epoll_ctl", this.libc.watch(this.#epoll, fd, events, token));
    this.#tokens.set(fd, token);
    this.#handlers.set(token, handler);
  }

  /** Waits for other events of a descriptor. @throws {BridgeError} `system` */
  change(fd: number, events: number): void {
    const token = this.#tokens.get(fd);
    if (token === undefined) return;
    this.#must("epoll_ctl", this.libc.rewatch(this.#epoll, fd, events, token));
  }

  /** Before the descriptor is closed. */
  remove(fd: number): void {
    const token = this.#tokens.get(fd);
    if (token === undefined) return;
    this.#tokens.delete(fd);
    this.#handlers.delete(token);
    this.libc.unwatch(this.#epoll, fd);
  }

  /** Hands out events until `end`; then its own descriptors are closed. @throws {BridgeError} `system` */
  async run(): Promise<void> {
    try {
      while (!this.#ended) {
        for (const { token, events } of await this.libc.waitForEvents(this.#epoll)) {
          if (!this.#ended) this.#handlers.get(token)?.(events);
        }
      }
    } finally {
      this.libc.close(this.#wake);
      this.libc.close(this.#epoll);
    }
  }

  /** Lets `run` return. */
  end(): void {
    this.#ended = true;
    this.libc.wake(this.#wake);
  }

  #must(call: string, result: number): number {
    if (result >= 0) return result;
    throw new BridgeError("system", `${call} failed with errno ${-result}; its descriptor is not served`);
  }
}
