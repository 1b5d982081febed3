/** `go_subscriber.py` in a process of its own, and what it got so far. */
import type { Child } from "../site/child.ts";
import { until } from "../site/until.ts";
import { startPython } from "./python.ts";

/** One packet, as the script tells it. */
export interface Packet {
  readonly hello?: boolean;
  readonly update?: string;
  readonly value?: Readonly<Record<string, unknown>>;
  readonly delete?: string;
  readonly complete?: true;
  readonly restarted?: number;
  readonly eof?: true;
  readonly bad?: string;
  /** Hexadecimal, with `--raw`. */
  readonly bytes?: string;
}

/** See the head of this file. */
export class Subscriber {
  readonly packets: Packet[] = [];
  readonly #child: Child;

  constructor(socket: string, topic: string, flags: readonly string[]) {
    this.#child = startPython("go_subscriber.py", socket, topic, ...flags);
    this.#child.onLine = (line) => void this.packets.push(JSON.parse(line));
  }

  signal(signal: Deno.Signal): void {
    this.#child.signal(signal);
  }

  /** In words, without the values: `hello`, `update a`, `delete a`, `complete`, `restarted 1`, `eof`. */
  get words(): string[] {
    return this.packets.map(wordsOf);
  }

  async until(what: string, holds: (packets: readonly Packet[]) => boolean): Promise<void> {
    await until(what, () => holds(this.packets), 20_000, () => this.words.slice(-20).join(", "));
  }

  async end(): Promise<void> {
    await this.#child.kill();
  }
}

function wordsOf(packet: Packet): string {
  if (packet.hello !== undefined) return `hello ${packet.hello}`;
  if (packet.update !== undefined) return `update ${packet.update}`;
  if (packet.delete !== undefined) return `delete ${packet.delete}`;
  if (packet.restarted !== undefined) return `restarted ${packet.restarted}`;
  if (packet.bad !== undefined) return `bad ${packet.bad}`;
  return packet.complete === true ? "complete" : "eof";
}
