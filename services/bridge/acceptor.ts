/** Takes the connections of one topic's socket, and keeps that socket where subscribers look for it. */
import { retryDelay } from "../agent/random.ts";
import { BridgeError } from "./error.ts";
import { errno, ready } from "./libc.ts";
import type { Listener } from "./listener.ts";
import { acceptRetry } from "./retry_policies.ts";
import type { BridgeSetting } from "./setting.ts";
import type { SocketPlace } from "./socket_place.ts";

/** Accepted in one go. */
const MOST_ACCEPTED = 64;
/** Nobody waits any more, or the one who did has gone. */
const NOTHING_TO_ACCEPT: readonly number[] = [-errno.EAGAIN, -errno.EINTR, -errno.ECONNABORTED];

/** See the head of this file. */
export class Acceptor {
  #listener: Listener | undefined;
  #pause: number | undefined;
  #fullTold = false;

  /** @param accepted owns the descriptor from then on */
  constructor(
    private readonly setting: Pick<
      BridgeSetting,
      "libc" | "poller" | "log" | "random" | "counters" | "mostConnections"
    >,
    private readonly place: SocketPlace,
    private readonly accepted: (fd: number) => void,
  ) {}

  /** Listens, anew if somebody has removed or replaced our socket. False if the path can't be had now. */
  keep(): boolean {
    if (this.#listener?.isInPlace()) return true;
    if (this.#listener !== undefined) {
      this.setting.log.warn(`${this.place.path} was removed or replaced by someone else; it is made anew`);
      this.close();
    }
    this.#listener = this.place.clear() ? this.place.listen() : undefined;
    if (this.#listener === undefined) return false;
    this.#start(this.#listener);
    return true;
  }

  /** Closes the socket and unlinks its path if it is ours. */
  close(): void {
    clearTimeout(this.#pause);
    if (this.#listener === undefined) return;
    this.setting.poller.remove(this.#listener.fd);
    this.#listener.close();
    this.#listener = undefined;
  }

  #start(listener: Listener): void {
    this.setting.poller.add(listener.fd, ready.IN, () => this.#accept(listener));
  }

  #accept(listener: Listener): void {
    const { libc, counters, mostConnections } = this.setting;
    for (let count = 0; count < MOST_ACCEPTED; count++) {
      if (counters.connections >= mostConnections) {
        return this.#wait(listener, `there are ${counters.connections} connections, no more are taken`);
      }
      const fd = libc.accept(listener.fd);
      if (NOTHING_TO_ACCEPT.includes(fd)) {
        this.#fullTold = false;
        return;
      }
      if (fd < 0) return this.#wait(listener, `accept failed with errno ${-fd}`);
      this.accepted(fd);
    }
  }

  #wait(listener: Listener, why: string): void {
    if (!this.#fullTold) this.setting.log.warn(`${this.place.path}: ${why}; new subscribers wait`);
    this.#fullTold = true;
    this.setting.poller.remove(listener.fd);
    this.#startLater(listener);
  }

  #startLater(listener: Listener): void {
    this.#pause = setTimeout(() => {
      try {
        this.#start(listener);
      } catch (error) {
        if (!(error instanceof BridgeError)) throw error;
        this.#startLater(listener);
      }
    }, retryDelay(this.setting.random, acceptRetry));
  }
}
