/** A table that another process owns, followed through its directory (`spec/pubsub.md §8`; decisions.md 5). */
import type { Subscription, SubscriptionHandlers } from "./bus.ts";
import { DirectoryWatch } from "./directory_watch.ts";
import { EntryTable } from "./entry_table.ts";
import type { Change } from "./entry_table.ts";
import { PubsubError } from "./error.ts";
import { listAll, listNames, readRestarted } from "./listing.ts";
import { callHandler } from "./handler_call.ts";
import { isEntryFile, RESTARTED, topicDirectory } from "./paths.ts";
import type { RepairRounds } from "./repair_rounds.ts";
import { compareListing, counterSteps, NO_COUNTER } from "./scan_compare.ts";
import type { Counter, FileChanges, Listing } from "./scan_compare.ts";
import type { Topic } from "./topic.ts";
import type { WatchTrouble } from "./watch_trouble.ts";

/** What the bus gives to its subscriptions. */
export interface SubscriptionSetting {
  readonly root: string;
  readonly report: (error: PubsubError) => void;
  readonly rounds: RepairRounds;
  /** See {@linkcode HandlerSetting}. */
  readonly slowHandlerMs: number;
  readonly watchTrouble: WatchTrouble;
  /** See {@linkcode BusOptions.now}. */
  readonly now: () => number;
  /** Told once, when the subscription has ended. */
  readonly ended: () => void;
}

const NOTHING: Listing = { files: new Map(), backups: new Map() };
const NONE: ReadonlySet<string> = new Set();

/** See {@linkcode Subscription}. */
export class DirectorySubscription<T> implements Subscription<T> {
  readonly #directory: string;
  readonly #table: EntryTable<T>;
  #counter: Counter = NO_COUNTER;
  #synchronized = false;
  #scanned = false;
  #looking = false;
  #lookAgain = false;
  /** What is wrong since the last good look, so that it is told once. */
  #trouble = "";
  #state: "new" | "active" | "closed" = "new";
  #watch: DirectoryWatch | undefined;
  #start: number | undefined;
  #leaveRounds: (() => void) | undefined;

  /** @throws {PubsubError} `bad-topic` */
  constructor(
    readonly topic: Topic<T>,
    private readonly handlers: SubscriptionHandlers<T>,
    private readonly setting: SubscriptionSetting,
  ) {
    this.#directory = topicDirectory(setting.root, topic);
    this.#table = new EntryTable(topic, this.#directory, setting.report, setting.now);
  }

  activate(): void {
    if (this.#state !== "new") return;
    this.#state = "active";
    this.#watch = new DirectoryWatch(this.#directory, (name) => isEntryFile(name) || name === RESTARTED, {
      touched: (names, rewritten) => this.#touched(names, rewritten),
      replaced: () => this.#look(),
      failed: (cause) => this.setting.watchTrouble.failed(this.#directory, cause),
      works: () => this.setting.watchTrouble.ended(this.#directory),
    });
    this.#leaveRounds = this.setting.rounds.join(() => this.#repair());
    if (this.topic.persistent) this.#look();
    else this.#start = setTimeout(() => this.#look(), 0);
  }

  get(key: string): T | undefined {
    return this.#table.values.get(key);
  }

  getAll(): ReadonlyMap<string, T> {
    return new Map(this.#table.values);
  }

  get synchronized(): boolean {
    return this.#synchronized;
  }

  get restarted(): number {
    return this.#counter.count;
  }

  rescan(): void {
    if (this.#state !== "active") return;
    this.#watch?.check();
    this.#look();
  }

  close(): void {
    const counter = this.#counter.count;
    if (!this.end()) return;
    for (const change of this.#table.clear()) this.#callFor(change);
    this.#counter = NO_COUNTER;
    this.#synchronized = false;
    if (counter !== 0) this.#call("restart", () => this.handlers.restart?.(0));
  }

  /** Stops and tells the handlers nothing. False if it has ended before. */
  end(): boolean {
    if (this.#state === "closed") return false;
    this.#state = "closed";
    this.#watch?.close();
    clearTimeout(this.#start);
    this.#leaveRounds?.();
    this.setting.watchTrouble.ended(this.#directory);
    this.setting.ended();
    return true;
  }

  /** As {@linkcode rescan}, but a directory that was missing and still is costs no scan. */
  #repair(): void {
    if (this.#watch?.check() || this.#watch?.isMissing !== true || this.#knowsSomething) this.#look();
  }

  get #knowsSomething(): boolean {
    return this.#table.known.size > 0 || this.#counter.inode !== 0;
  }

  /** A new counter stands for entries whose events may still be on their way: all of the directory is looked at then. */
  #touched(names: ReadonlySet<string>, rewritten: ReadonlySet<string>): void {
    this.#look(rewritten, !this.#scanned || names.has(RESTARTED) ? undefined : names);
  }

  /** Scans `only` or everything and delivers. A handler that asks for a scan gets it when the running one is done. */
  #look(rewritten: ReadonlySet<string> = NONE, only?: ReadonlySet<string>): void {
    if (this.#looking) {
      this.#lookAgain = true;
      return;
    }
    this.#looking = true;
    try {
      if (only === undefined) this.#lookAtAll(rewritten);
      else this.#lookAt(only, rewritten);
      while (this.#lookAgain && this.#state === "active") {
        this.#lookAgain = false;
        this.#lookAtAll(NONE);
      }
      this.#trouble = "";
    } catch (cause) {
      this.#tellOnce(cause);
    } finally {
      this.#looking = false;
    }
  }

  #tellOnce(cause: unknown): void {
    const message = `cannot read ${this.#directory}: ${String(cause)}; what is known stays`;
    if (message !== this.#trouble) this.setting.report(new PubsubError("io", message, { cause }));
    this.#trouble = message;
  }

  #lookAt(names: ReadonlySet<string>, rewritten: ReadonlySet<string>): void {
    const listing = listNames(this.#directory, names, this.topic.persistent);
    this.#deliver(compareListing(this.#table.known, listing, false, rewritten), listing);
  }

  #lookAtAll(rewritten: ReadonlySet<string>): void {
    const first = !this.#scanned;
    // The counter first: the entries it stands for are then surely in the listing.
    const counter = readRestarted(this.#directory, this.topic.persistent && first ? 1 : 0);
    const listing = listAll(this.#directory, this.topic.persistent);
    this.#scanned ||= listing !== undefined;
    const seen = listing ?? NOTHING;
    this.#deliver(compareListing(this.#table.known, seen, first, rewritten), seen);
    if (listing !== undefined && !this.#synchronized && this.#state === "active") {
      this.#synchronized = true;
      this.#call("sync", () => this.handlers.sync?.());
    }
    this.#count(counter);
  }

  #deliver(changes: FileChanges, listing: Listing): void {
    for (const change of this.#table.apply(changes, listing)) {
      this.#callFor(change);
      if (this.#state !== "active") return;
    }
  }

  #callFor(change: Change<T>): void {
    this.#call(`${change.kind} of ${JSON.stringify(change.key)}`, () => this.#hand(change));
  }

  #hand(change: Change<T>): void {
    if (change.kind === "delete") this.handlers.delete?.(change.key, change.old);
    else if (change.kind === "create") this.handlers.create?.(change.key, change.value);
    else this.handlers.modify?.(change.key, change.value, change.old);
  }

  #count(found: Counter): void {
    for (const count of counterSteps(this.#counter, found)) {
      if (this.#state !== "active") return;
      this.#counter = { inode: found.inode, count };
      this.#call("restart", () => this.handlers.restart?.(count));
    }
    if (this.#state === "active") this.#counter = found;
  }

  #call(what: string, handler: () => void): void {
    callHandler(this.topic, what, handler, this.setting);
  }
}
