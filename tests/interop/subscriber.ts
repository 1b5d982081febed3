/** `go_subscriber.py` in a process of its own, and what it got so far. */
import { until } from "../site/until.ts";

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

const script = new URL("go_subscriber.py", import.meta.url).pathname;

/** See the head of this file. */
export class Subscriber {
  readonly packets: Packet[] = [];
  readonly #child: Deno.ChildProcess;
  readonly #reading: Promise<void>;

  constructor(socket: string, topic: string, flags: readonly string[]) {
    this.#child = new Deno.Command("python3", {
      args: [script, socket, topic, ...flags],
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#reading = this.#read(this.#child.stdout);
  }

  get pid(): number {
    return this.#child.pid;
  }

  kill(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** In words, without the values: `hello`, `update a`, `delete a`, `complete`, `restarted 1`, `eof`. */
  get words(): string[] {
    return this.packets.map(wordsOf);
  }

  async until(what: string, holds: (packets: readonly Packet[]) => boolean): Promise<void> {
    await until(what, () => holds(this.packets), 20_000, () => this.words.slice(-20).join(", "));
  }

  async end(): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // it has ended by itself
    }
    await this.#child.status;
    await this.#reading;
  }

  async #read(stream: ReadableStream<Uint8Array>): Promise<void> {
    let rest = "";
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.packets.push(JSON.parse(line));
    }
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
