/** The path of one topic's socket, and whether we may have it: tried again and again, told once (spec/pubsub.md §7). */
import { errorText } from "../agent/error.ts";
import { BridgeError } from "./error.ts";
import { clearPath, identityOf, listenAt, type Listener } from "./listener.ts";
import type { BridgeSetting } from "./setting.ts";
import { ToldOnce } from "./told_once.ts";

/** A foreign listener is asked no more often, in milliseconds: each time it sees a connection without a request. */
const PROBE_MS = 30_000;

/** See the head of this file. */
export class SocketPlace {
  readonly #fault: ToldOnce;
  #foreign: { readonly identity: string | undefined; readonly until: number } | undefined;

  constructor(
    readonly path: string,
    private readonly setting: Pick<BridgeSetting, "libc" | "clock" | "log">,
  ) {
    this.#fault = new ToldOnce(setting.log);
  }

  /** Unlinks a stale socket. False if the path can't be had now. */
  clear(): boolean {
    const { libc, clock } = this.setting;
    const foreign = this.#foreign;
    if (
      foreign !== undefined && clock.monotonic() < foreign.until && identityOf(this.path) === foreign.identity
    ) {
      return false;
    }
    return this.#try(() => clearPath(libc, this.path)) !== undefined;
  }

  /** Listens at the cleared path; undefined if that can't be. */
  listen(): Listener | undefined {
    return this.#try(() => listenAt(this.setting.libc, this.path))?.value;
  }

  #try<T>(work: () => T): { readonly value: T } | undefined {
    try {
      const value = work();
      if (this.#fault.gone()) this.setting.log.info(`${this.path} is free now`);
      this.#foreign = undefined;
      return { value };
    } catch (error) {
      this.#fault.tell(errorText(error));
      const inUse = error instanceof BridgeError && error.kind === "in-use";
      const until = this.setting.clock.monotonic() + PROBE_MS;
      this.#foreign = inUse ? { identity: identityOf(this.path), until } : undefined;
      return undefined;
    }
  }
}
