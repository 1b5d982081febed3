/** Lines on standard output and standard error. Whoever reads them may stop at any time: that ends the program with 0. */
import { printText, type Sink } from "../agent/print_text.ts";

/** Where results and complaints go. */
export interface Output {
  /** A line of the result. */
  print(line: string): void;
  /** What is wrong, for people. */
  complain(line: string): void;
}

/** Standard output and standard error of this process. */
export function openOutput(): Output {
  return { print: (line) => write(Deno.stdout, line), complain: (line) => write(Deno.stderr, line) };
}

function write(stream: Sink, line: string): void {
  try {
    printText(stream, line);
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) Deno.exit(0);
    throw error;
  }
}
