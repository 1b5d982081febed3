/** One line that is written over again and again; on a terminal only. */
import type { Progress } from "./fleet.ts";

const WIDTH = 30;

/** The line. Pure. */
export function barText(parts: readonly Progress[], wanted: number): string {
  const sum = (value: (progress: Progress) => number) => parts.reduce((all, part) => all + value(part), 0);
  const onboarded = sum((part) => part.onboarded);
  const full = Math.min(WIDTH, Math.floor((onboarded / Math.max(1, wanted)) * WIDTH));
  const seconds = Math.max(0, ...parts.map((part) => part.seconds));
  const bar = "#".repeat(full) + "-".repeat(WIDTH - full);
  return `[${bar}] ${onboarded} of ${wanted} onboarded, ${sum((part) => part.configured)} configured, ` +
    `${sum((part) => part.polls)} config answers, ${sum((part) => part.uploads)} uploads, ${
      seconds.toFixed(0)
    } s`;
}

/** See the file's head. @param wanted devices of all parts */
export class ProgressBar {
  readonly #parts = new Map<number, Progress>();
  readonly #isShown = Deno.stderr.isTerminal();
  readonly #encoder = new TextEncoder();

  constructor(readonly wanted: number) {}

  show(part: number, progress: Progress): void {
    this.#parts.set(part, progress);
    if (this.#isShown) this.#write(`\r\x1b[K${barText([...this.#parts.values()], this.wanted)}`);
  }

  end(): void {
    if (this.#isShown && this.#parts.size > 0) this.#write("\n");
  }

  #write(text: string): void {
    Deno.stderr.writeSync(this.#encoder.encode(text));
  }
}
