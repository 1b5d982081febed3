/** A script of `children/` inside a namespace: one JSON command a line in, answers and events a line out. */
import { startChild } from "../site/child.ts";
import { until } from "../site/until.ts";
import type { Namespace } from "./namespaces.ts";

/** A child that takes longer is killed. */
const ANSWER_WITHIN_MS = 60_000;
const folder = new URL("children/", import.meta.url).pathname;

/** Something a child says of its own accord, e.g. `{"event":"request",…}`. */
export type ChildEvent = { readonly event: string } & Readonly<Record<string, unknown>>;

/** The lab's end of the protocol. Gone, with SIGKILL, at the end of its block. */
export class JsonChild<Event extends ChildEvent = ChildEvent> implements AsyncDisposable {
  /** All events so far. */
  readonly events: Event[] = [];
  readonly #child;
  readonly #answers = new Map<number, (answer: unknown) => void>();
  #asked = 0;
  #ended: Deno.CommandStatus | undefined;

  /** Starts `children/SCRIPT`; the first line it gets holds `settings`. */
  constructor(readonly namespace: Namespace, readonly script: string, settings: unknown) {
    const flags = ["--quiet", "--no-lock", "--no-check", "--allow-all", "--unstable-net"];
    const [program, args] = namespace.command(Deno.execPath(), ["run", ...flags, `${folder}${script}`]);
    this.#child = startChild(program, args);
    this.#child.onLine = (line) => this.#onLine(line);
    this.#child.tell(JSON.stringify(settings)).catch(() => {});
    this.#child.ended.then((status) => {
      this.#ended = status;
      for (const resolve of this.#answers.values()) resolve(undefined);
    });
  }

  /** Starts it and waits for its event `ready`. */
  static async start<Event extends ChildEvent = ChildEvent>(
    namespace: Namespace,
    script: string,
    settings: unknown,
  ): Promise<JsonChild<Event>> {
    const child = new JsonChild<Event>(namespace, script, settings);
    try {
      await child.until("ready", (events) => events.some(({ event }) => event === "ready"));
      return child;
    } catch (error) {
      await child[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Sends a command. @returns its answer @throws {Error} when the child ends without one */
  async ask<Answer>(command: unknown): Promise<Answer> {
    const id = ++this.#asked;
    const answered = new Promise<unknown>((resolve) => this.#answers.set(id, resolve));
    const timer = setTimeout(() => this.#child.signal("SIGKILL"), ANSWER_WITHIN_MS);
    let answer: unknown;
    try {
      await this.#child.tell(JSON.stringify({ id, command }));
      answer = await answered;
    } finally {
      clearTimeout(timer);
      this.#answers.delete(id);
    }
    if (answer === undefined) throw new Error(`${this.#name} ended without an answer to command ${id}`);
    return answer as Answer;
  }

  /** Waits until its events are as wanted. @throws {Error} after 20 s, or when it ends before */
  async until(what: string, holds: (events: readonly Event[]) => boolean): Promise<void> {
    const look = () => holds(this.events) || this.#ended !== undefined;
    await until(`${this.#name}: ${what}`, look, 20_000, () => JSON.stringify(this.events));
    if (this.#ended !== undefined && !holds(this.events)) {
      throw new Error(`${this.#name} ended with ${this.#ended.code} while waited for: ${what}`);
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#child.kill();
  }

  get #name(): string {
    return `${this.script} in ${this.namespace.name}`;
  }

  #onLine(line: string): void {
    const said = JSON.parse(line) as Event | { readonly id: number; readonly answer: unknown };
    if ("id" in said && typeof said.id === "number") this.#answers.get(said.id)?.(said.answer ?? null);
    else this.events.push(said as Event);
  }
}
