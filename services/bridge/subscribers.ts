/** The connections of one topic: what changes in its table is handed to each of them. */
import { errorText } from "../agent/error.ts";
import { type Topic, topicPath } from "../pubsub/mod.ts";
import { Connection, type ConnectionSetting } from "./connection.ts";
import type { Message } from "./connection_state.ts";
import type { LargeFiles } from "./large_files.ts";
import { Packets } from "./packets.ts";
import type { BridgeSetting } from "./setting.ts";
import { TopicTable } from "./topic_table.ts";
import { Turns } from "./turns.ts";

/** See the head of this file. */
export class Subscribers {
  readonly #table = new TopicTable();
  readonly #connections = new Set<Connection>();
  readonly #turns: Turns;
  readonly #setting: ConnectionSetting;
  /** Key → version that was told to be too large. */
  readonly #tooLarge = new Map<string, number>();
  #refusalTold = false;

  constructor(
    private readonly shared: BridgeSetting,
    private readonly topic: Topic<unknown>,
    private readonly largeFiles: LargeFiles,
  ) {
    const { libc, poller, counters, requestMs } = shared;
    const packets = new Packets(topic);
    this.#turns = new Turns(() => packets.forget());
    this.#setting = {
      libc,
      poller,
      counters,
      requestMs,
      name: topic.name,
      table: this.#table,
      packets,
      largeFiles,
      wants: (connection) => this.#turns.wants(connection),
      ended: (connection) => this.#connections.delete(connection),
      refused: (why) => this.#refused(why),
      tooLarge: (message, reason) => this.#tellTooLarge(message, reason),
    };
  }

  /** A new connection. */
  add(fd: number): void {
    try {
      this.#connections.add(new Connection(fd, this.#setting));
    } catch (error) {
      this.shared.log.error(`${topicPath(this.topic)}: a connection is closed: ${errorText(error)}`);
    }
  }

  set(key: string, json: string): void {
    this.#table.set(key, json);
    this.#changed(key);
  }

  remove(key: string): void {
    this.#table.remove(key);
    this.#changed(key);
  }

  restart(count: number): void {
    this.#table.restart(count);
    this.#connections.forEach((connection) => connection.wake());
  }

  /** Tries again what a full disk or a missed event has stopped. */
  retry(): void {
    this.#connections.forEach((connection) => connection.retryFiles());
  }

  /** Sends all that sockets take without waiting. */
  flush(): void {
    for (const connection of this.#connections) while (connection.drain());
  }

  /** Closes every connection. */
  end(): void {
    this.#turns.end();
    this.#connections.forEach((connection) => connection.close());
    this.largeFiles.stopWaiting();
  }

  #changed(key: string): void {
    this.#connections.forEach((connection) => connection.changed(key));
  }

  /** The first is told to whoever looks at the log, all are counted: a broken subscriber comes again and again. */
  #refused(why: string): void {
    const text = `${topicPath(this.topic)}: a connection is closed without a reply: ${why}`;
    if (this.#refusalTold) this.shared.log.debug(text);
    else this.shared.log.warn(`${text}; further ones are only counted`);
    this.#refusalTold = true;
  }

  #tellTooLarge(message: Message, reason: string): void {
    if (message.kind !== "update" || this.#tooLarge.get(message.key) === message.version) return;
    this.#tooLarge.set(message.key, message.version);
    this.shared.counters.tooLarge++;
    const what = `${topicPath(this.topic)} key ${JSON.stringify(message.key)}: ${reason}`;
    this.shared.log.error(`${what}; its subscribers keep what they have`);
  }
}
