/** A nameserver of our own inside a namespace: a table, moods, and a log of what it was asked. */
import { type ChildEvent, JsonChild } from "./json_child.ts";
import type { Namespace } from "./namespaces.ts";

/** What it does with every query; a name that is not in the table gets `NXDOMAIN` also from `answer`. */
export type Mood = "answer" | "NXDOMAIN" | "SERVFAIL" | "silent";

/** Name → its addresses of both families. */
export type Records = Readonly<Record<string, readonly string[]>>;

/** What `children/nameserver.ts` is started with. */
export interface NameserverSettings {
  readonly addresses: readonly string[];
  readonly mood: Mood;
  readonly records: Records;
}

/** What it is told later. */
export type NameserverCommand = Partial<Pick<NameserverSettings, "mood" | "records">>;

/** One query. */
export interface Query extends ChildEvent {
  readonly event: "query";
  readonly name: string;
  /** `A`, `AAAA`, or a number. */
  readonly type: string;
  readonly transport: "udp" | "tcp";
  /** Source address. */
  readonly from: string;
}

/** Listens on port 53 of addresses of its namespace. */
export class Nameserver implements AsyncDisposable {
  #child: JsonChild;
  #records: Records;

  private constructor(child: JsonChild, readonly addresses: readonly string[], records: Records) {
    this.#child = child;
    this.#records = records;
  }

  static async start(
    namespace: Namespace,
    addresses: readonly string[],
    records: Records,
  ): Promise<Nameserver> {
    const settings: NameserverSettings = { addresses, mood: "answer", records };
    return new Nameserver(await JsonChild.start(namespace, "nameserver.ts", settings), addresses, records);
  }

  /** From the next query on. */
  async setMood(mood: Mood): Promise<void> {
    await this.#tell({ mood });
  }

  /** Adds to the table; an empty list is a name without addresses. */
  async setRecords(records: Records): Promise<void> {
    this.#records = { ...this.#records, ...records };
    await this.#tell({ records: this.#records });
  }

  /** Queries so far, oldest first; those for `name` only, if given. */
  queries(name?: string): Query[] {
    return this.#child.events.filter((event): event is Query => event.event === "query")
      .filter((query) => name === undefined || query.name === name);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#child[Symbol.asyncDispose]();
  }

  async #tell(command: NameserverCommand): Promise<void> {
    await this.#child.ask(command);
  }
}
