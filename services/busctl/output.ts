/** Lines on standard output and standard error. Whoever reads them may stop at any time: that ends the program with 0. */

/** Where results and complaints go. */
export interface Output {
  /** A line of the result. */
  print(line: string): void;
  /** What is wrong, for people. */
  complain(line: string): void;
}

const encoder = new TextEncoder();

/** Standard output and standard error of this process. */
export function openOutput(): Output {
  return { print: (line) => write(Deno.stdout, line), complain: (line) => write(Deno.stderr, line) };
}

function write(stream: { writeSync(bytes: Uint8Array): number }, line: string): void {
  try {
    let rest = encoder.encode(`${line}\n`);
    while (rest.length > 0) rest = rest.subarray(stream.writeSync(rest));
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) Deno.exit(0);
    throw error;
  }
}
