/** One topic while one of our owners holds it: from the scan of its directory to the last packet (decisions.md 4). */
import { errorText } from "../agent/error.ts";
import { type Subscription, textCodec, type Topic, topicDirectory } from "../pubsub/mod.ts";
import { Acceptor } from "./acceptor.ts";
import type { LargeFiles } from "./large_files.ts";
import { errno, ready } from "./libc.ts";
import type { BridgeSetting } from "./setting.ts";
import type { SocketPlace } from "./socket_place.ts";
import { Subscribers } from "./subscribers.ts";

/** What is served, and for whom. */
export interface ServedTopic {
  readonly topic: Topic<unknown>;
  readonly place: SocketPlace;
  readonly largeFiles: LargeFiles;
  /** The process that holds the topic's lock and has marked it as loaded. */
  readonly pid: number;
  /** Called when that process has ended. */
  readonly ownerEnded: () => void;
}

/** See the head of this file. */
export class Serving {
  readonly pid: number;
  readonly #subscribers: Subscribers;
  readonly #subscription: Subscription<string>;
  readonly #acceptor: Acceptor;
  #pidfd: number | undefined;
  #counted = false;

  private constructor(private readonly setting: BridgeSetting, private readonly served: ServedTopic) {
    const { topic, largeFiles, place } = served;
    this.pid = served.pid;
    const subscribers = this.#subscribers = new Subscribers(setting, topic, largeFiles);
    this.#acceptor = new Acceptor(setting, place, (fd) => subscribers.add(fd));
    this.#subscription = setting.bus.subscription({ ...topic, codec: textCodec }, {
      create: (key, json) => subscribers.set(key, json),
      modify: (key, json) => subscribers.set(key, json),
      delete: (key) => subscribers.remove(key),
      restart: (count) => subscribers.restart(count),
    });
  }

  /**
   * Reads the whole directory, then listens.
   * @returns undefined if somebody else has the socket, which has been told, or the owner has just ended
   * @throws what the system throws where the directory can't be read
   */
  static begin(setting: BridgeSetting, served: ServedTopic): Serving | undefined {
    if (!served.place.clear()) return undefined;
    const serving = new Serving(setting, served);
    let begun = false;
    try {
      begun = serving.#begin();
    } finally {
      if (!begun) serving.end();
    }
    return begun ? serving : undefined;
  }

  /** Sees to it that the socket is where it was put, and that nobody waits for an event that got lost. */
  check(): void {
    this.#acceptor.keep();
    this.#subscribers.retry();
  }

  /** Ends it when the owner has: what it published last is still sent. */
  finish(): void {
    this.#subscription.rescan();
    this.#subscribers.flush();
    this.end();
  }

  /** Closes connections and socket and unlinks the path. */
  end(): void {
    this.#acceptor.close();
    this.#subscribers.end();
    this.#subscription.close();
    this.#forgetOwner();
    if (this.#counted) this.setting.counters.topics--;
    this.#counted = false;
  }

  #begin(): boolean {
    if (!this.#followOwner()) return false;
    this.#subscription.activate();
    this.#subscription.rescan();
    // Throws where the subscription has seen nothing: an empty dump would make Go agents apply their defaults.
    Deno.readDirSync(topicDirectory(this.setting.root, this.served.topic))[Symbol.iterator]().next();
    this.#sweep();
    if (!this.#acceptor.keep()) return false;
    this.#counted = true;
    this.setting.counters.topics++;
    this.setting.log.debug(`serves ${this.served.place.path} for process ${this.pid}`);
    return true;
  }

  #sweep(): void {
    try {
      this.served.largeFiles.sweep();
    } catch (error) {
      this.setting.log.warn(`${errorText(error)}; large files of a dead bridge stay until the next boot`);
    }
  }

  /** The owner's end shows at once, not only with the next safety check. False if it has ended already. */
  #followOwner(): boolean {
    const { libc, poller } = this.setting;
    const pidfd = libc.pidfd(this.pid);
    if (pidfd < 0) return pidfd !== -errno.ESRCH;
    this.#pidfd = pidfd;
    poller.add(pidfd, ready.IN, () => {
      this.#forgetOwner();
      this.served.ownerEnded();
    });
    return true;
  }

  #forgetOwner(): void {
    if (this.#pidfd === undefined) return;
    this.setting.poller.remove(this.#pidfd);
    this.setting.libc.close(this.#pidfd);
    this.#pidfd = undefined;
  }
}
