/** A subscriber inside the test's own process, over the same libc: it reads when it is told to. */
import { assert } from "@std/assert";
import { until } from "../../agent/test_device.ts";
import { errno, type Libc, openLibc } from "../libc.ts";

/** See the head of this file. */
export class Subscriber implements Disposable {
  /** Everything read so far. */
  readonly packets: string[] = [];
  ended = false;
  readonly #libc: Libc = openLibc();
  readonly #fd: number;

  constructor(path: string) {
    this.#fd = this.#libc.socket();
    const connected = this.#libc.connect(this.#fd, path);
    assert(connected === 0, `connect ${path}: errno ${-connected}`);
  }

  send(text: string): void {
    const bytes = new TextEncoder().encode(text);
    const sent = this.#libc.send(this.#fd, bytes);
    assert(sent === bytes.length, `send: errno ${-sent}`);
  }

  /** Takes what is there, `most` packets at most. */
  read(most = Infinity): void {
    const buffer = new Uint8Array(65536);
    for (let count = 0; count < most && !this.ended; count++) {
      const size = this.#libc.receive(this.#fd, buffer);
      if (size === -errno.EAGAIN) return;
      if (size <= 0) this.ended = true;
      else this.packets.push(new TextDecoder().decode(buffer.subarray(0, size)));
    }
  }

  /** Reads until it holds. */
  until(what: string, holds: (packets: readonly string[]) => boolean): Promise<void> {
    return until(what, () => {
      this.read();
      return holds(this.packets);
    }, 10_000);
  }

  /** Reads until the other end is closed. */
  untilEnded(): Promise<void> {
    return this.until("the end of the connection", () => this.ended);
  }

  [Symbol.dispose](): void {
    this.#libc.close(this.#fd);
    this.#libc.unload();
  }
}

/** Key and text of an update; undefined for other packets. */
export function valueOf(packet: string): { key: string; json: string } | undefined {
  const [verb, , key = "", value = ""] = packet.split(" ");
  if (verb !== "update") return undefined;
  const text = (base64: string) => new TextDecoder().decode(Uint8Array.fromBase64(base64));
  return { key: text(key), json: text(value) };
}
