/**
 * What a subscriber on the socket tells its agent of the packets that it gets, with a table that outlives the connection
 * (`spec/pubsub.md §3.5`). Like EVE's, but that `complete` sweeps: Go keeps what went while it was disconnected.
 */
import type { Topic } from "../../services/pubsub/mod.ts";
import type { Observation } from "./observed.ts";

/** One packet of `go_subscriber.py --text`. */
export interface GoPacket {
  readonly hello?: boolean;
  readonly update?: string;
  /** JSON text. */
  readonly value?: string;
  readonly delete?: string;
  readonly complete?: true;
  readonly restarted?: number;
  readonly eof?: true;
  readonly bad?: string;
}

/** See the head of this file. */
export class GoTable {
  readonly #entries = new Map<string, string>();
  /** Keys that the dump under way has not named yet; undefined when there is none. */
  #unnamed: Set<string> | undefined;
  #synchronized = false;
  #restarted = 0;

  constructor(private readonly topic: Topic<unknown>) {}

  /** @returns the calls of the agent's handlers. @throws {Error} for a packet that Go would log and skip */
  take(packet: GoPacket): Observation[] {
    if (packet.bad !== undefined) throw new Error(`a packet that Go can't use: ${packet.bad}`);
    if (packet.hello !== undefined) this.#unnamed = new Set(this.#entries.keys());
    if (packet.update !== undefined) return this.#update(packet.update, packet.value ?? "");
    if (packet.delete !== undefined) return this.#delete(packet.delete);
    if (packet.complete === true) return this.#complete();
    if (packet.restarted === undefined || packet.restarted === this.#restarted) return [];
    this.#restarted = packet.restarted;
    return [["restart", packet.restarted]];
  }

  #update(key: string, json: string): Observation[] {
    this.#unnamed?.delete(key);
    const old = this.#entries.get(key);
    this.#entries.set(key, json);
    if (old === undefined) return [["create", key, json]];
    const { codec } = this.topic;
    return codec.equal(codec.decode(old), codec.decode(json)) ? [] : [["modify", key, json]];
  }

  #delete(key: string): Observation[] {
    return this.#entries.delete(key) ? [["delete", key]] : [];
  }

  #complete(): Observation[] {
    const gone = [...this.#unnamed ?? []].flatMap((key) => this.#delete(key));
    this.#unnamed = undefined;
    const first = !this.#synchronized;
    this.#synchronized = true;
    return first ? [...gone, ["sync"]] : gone;
  }
}
