/** One subscriber: reads its request, then sends what its state asks for as long as its socket takes it. */
import { ConnectionState, type Message } from "./connection_state.ts";
import type { ConnectionFiles, LargeFiles } from "./large_files.ts";
import { errno, type Libc, ready } from "./libc.ts";
import type { Counters } from "./counters.ts";
import { faultOfRequest, REQUEST_LIMIT } from "./messages.ts";
import type { Packets } from "./packets.ts";
import type { Poller } from "./poller.ts";
import type { Table } from "./topic_table.ts";

/** What the connections of a topic share. */
export interface ConnectionSetting {
  readonly libc: Libc;
  readonly poller: Poller;
  readonly counters: Counters;
  /** Of the topic. */
  readonly name: string;
  readonly table: Table;
  readonly packets: Packets;
  readonly largeFiles: LargeFiles;
  /** Time to send the request in, in milliseconds. */
  readonly requestMs: number;
  /** Asks for a `drain` soon. */
  readonly wants: (connection: Connection) => void;
  readonly ended: (connection: Connection) => void;
  /** Told of each connection that is closed for its request. */
  readonly refused: (why: string) => void;
  /** Told for each connection. */
  readonly tooLarge: (message: Message, reason: string) => void;
}

/** Packets in one go, so that a fast reader of a long table leaves room for the others. */
const MOST_PACKETS = 64;
const LISTENING = ready.IN | ready.RDHUP;
const GONE = ready.ERR | ready.HUP;

/** See the head of this file. It owns `fd`. */
export class Connection {
  readonly #files: ConnectionFiles;
  #state: ConnectionState | undefined;
  #late: number | undefined;
  /** What must happen before the next packet. */
  #awaits: "nothing" | "socket" | "files" = "nothing";
  #open = true;

  /** @throws {BridgeError} `system`; the descriptor is closed then */
  constructor(private readonly fd: number, private readonly setting: ConnectionSetting) {
    this.#files = setting.largeFiles.open();
    try {
      setting.poller.add(fd, LISTENING, (events) => this.#ready(events));
    } catch (error) {
      setting.libc.close(fd);
      throw error;
    }
    setting.counters.connections++;
    setting.counters.accepted++;
    this.#late = setTimeout(
      () => this.#refuse(`no request within ${setting.requestMs} ms`),
      setting.requestMs,
    );
  }

  /** A key of the table was set or removed. */
  changed(key: string): void {
    this.#state?.changed(key);
    this.wake();
  }

  /** There may be something to send. */
  wake(): void {
    if (this.#state !== undefined && this.#awaits === "nothing") this.setting.wants(this);
  }

  /** Sends what there is. True if there is more that can be sent at once. */
  drain(): boolean {
    for (let count = 0; count < MOST_PACKETS; count++) {
      const mayGo = this.#open && this.#awaits === "nothing";
      const message = mayGo ? this.#state?.next(this.setting.table) : undefined;
      if (message === undefined || !this.#send(message)) return false;
    }
    return true;
  }

  /** Large files may be possible again. */
  readonly retryFiles = (): void => {
    if (this.#awaits !== "files") return;
    this.#awaits = "nothing";
    this.wake();
  };

  /** @param byUs the subscriber is still there, and may read what it was sent */
  close(byUs = true): void {
    if (!this.#open) return;
    this.#open = false;
    clearTimeout(this.#late);
    this.setting.poller.remove(this.fd);
    this.setting.libc.close(this.fd);
    this.#files.end(byUs);
    this.setting.counters.connections--;
    this.setting.ended(this);
  }

  #ready(events: number): void {
    if ((events & GONE) !== 0) return this.close(false);
    if ((events & LISTENING) !== 0) this.#receive();
    if (this.#open && (events & ready.OUT) !== 0) {
      this.#awaits = "nothing";
      this.setting.poller.change(this.fd, LISTENING);
      this.wake();
    }
  }

  #receive(): void {
    const packet = new Uint8Array(REQUEST_LIMIT);
    const size = this.setting.libc.receive(this.fd, packet);
    if (size === -errno.EAGAIN || size === -errno.EINTR) return;
    if (size <= 0) return this.close(false);
    if (this.#state !== undefined) return this.#refuse(`a second message of ${size} bytes`);
    const fault = faultOfRequest(packet, size, this.setting.name);
    if (fault !== undefined) return this.#refuse(`the request ${fault}`);
    clearTimeout(this.#late);
    this.#state = new ConnectionState(this.setting.table);
    this.wake();
  }

  #refuse(why: string): void {
    this.setting.counters.refused++;
    this.setting.refused(why);
    this.close(false);
  }

  /** False if nothing more can be sent now. */
  #send(message: Message): boolean {
    const { table, packets, libc, counters } = this.setting;
    const entry = message.kind === "update" ? table.entries.get(message.key) : undefined;
    const packet = packets.build(message, entry, this.#files);
    if (packet.kind === "too-large") return this.#skip(message, packet.reason);
    if (packet.kind !== "ready") return this.#awaitFiles(packet.kind);
    const sent = libc.send(this.fd, packet.bytes);
    if (sent < 0) return this.#notSent(message, packet.files, -sent);
    counters.packets++;
    counters.bytes += packet.bytes.length;
    this.#state?.sent(message);
    return true;
  }

  /** After a failure only the safety check lets it try again: each attempt is an event in the watched folder itself. */
  #awaitFiles(why: "full" | "failed"): false {
    this.#awaits = "files";
    this.setting.counters.waits++;
    if (why === "full") this.setting.largeFiles.awaitRoom(this.retryFiles);
    return false;
  }

  #skip(message: Message, reason: string): true {
    this.setting.tooLarge(message, reason);
    this.#state?.sent(message);
    return true;
  }

  #notSent(message: Message, files: readonly string[], why: number): boolean {
    this.#files.undo(files);
    if (why === errno.EINTR) return true;
    if (why === errno.EMSGSIZE) {
      return this.#skip(message, "the socket buffer of this system is below 64 KiB");
    }
    if (why !== errno.EAGAIN) {
      this.close(false);
      return false;
    }
    this.#awaits = "socket";
    this.setting.counters.waits++;
    this.setting.poller.change(this.fd, LISTENING | ready.OUT);
    return false;
  }
}
