/** A bus with a bridge in a process of its own and Go subscribers played by Python; all of it ends with the test. */
import { permissionFlags } from "../../scripts/permissions.ts";
import { type Bus, openBus, type PubsubError } from "../../services/pubsub/mod.ts";
import { until } from "../site/until.ts";
import { Subscriber } from "./subscriber.ts";

const checkout = new URL("../../", import.meta.url).pathname;

/** The bridge from its source, with the very permissions of the executable. */
export const fromSource: readonly [string, ...string[]] = [
  Deno.execPath(),
  ...["run", "--quiet", "--no-lock", "--no-check", ...permissionFlags("bridge"), "services/bridge/main.ts"],
];

/** See the head of this file. */
export class BridgedBus implements AsyncDisposable {
  readonly root = Deno.makeTempDirSync({ prefix: "bridged" });
  readonly reports: PubsubError[] = [];
  readonly #subscribers: Subscriber[] = [];
  readonly #endings: AbortController[] = [];
  #bridge: Deno.ChildProcess | undefined;
  /** What the bridge wrote into its log so far. */
  log = "";

  /** A bus as another program has it; `end` ends only that one. */
  open(): { bus: Bus; end: () => void } {
    const ending = new AbortController();
    this.#endings.push(ending);
    const report = (error: PubsubError) => void this.reports.push(error);
    return { bus: openBus({ root: this.root, signal: ending.signal, report }), end: () => ending.abort() };
  }

  /** Starts the bridge from its source, with the very permissions of the executable, or as `command` says. */
  startBridge(command: readonly [string, ...string[]] = fromSource): void {
    const [program, ...args] = command;
    this.#bridge = new Deno.Command(program, {
      args: [...args, "--root", this.root],
      cwd: checkout,
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    void this.#readLog(this.#bridge.stderr);
  }

  get bridgePid(): number {
    return this.#bridge?.pid ?? 0;
  }

  /** Ends the bridge. @returns its exit code */
  async endBridge(signal: Deno.Signal = "SIGTERM"): Promise<number> {
    const bridge = this.#bridge;
    this.#bridge = undefined;
    bridge?.kill(signal);
    return (await bridge?.status)?.code ?? 0;
  }

  /** A Go subscriber of `<agent>/<Topic>`, started at once: it connects as soon as it can. */
  subscribe(topic: string, ...flags: string[]): Subscriber {
    const subscriber = new Subscriber(this.socket(topic), topic.split("/").at(-1) ?? "", flags);
    this.#subscribers.push(subscriber);
    return subscriber;
  }

  socket(topic: string): string {
    return `${this.root}/run/${topic}.sock`;
  }

  exists(path: string): boolean {
    try {
      Deno.lstatSync(path);
      return true;
    } catch {
      return false;
    }
  }

  async untilServed(topic: string): Promise<void> {
    await until(`a socket of ${topic}`, () => this.exists(this.socket(topic)), 20_000, () => this.log);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#subscribers.map((subscriber) => subscriber.end()));
    if (this.#bridge !== undefined) await this.endBridge("SIGKILL");
    this.#endings.forEach((ending) => ending.abort());
    await new Promise((resolve) => setTimeout(resolve, 0));
    Deno.removeSync(this.root, { recursive: true });
  }

  async #readLog(stream: ReadableStream<Uint8Array>): Promise<void> {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) this.log += text;
  }
}
