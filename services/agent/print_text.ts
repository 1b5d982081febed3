/** Answers for people, beside the log. */

/** Writes the text and a newline, whole. @param stream `Deno.stdout` or `Deno.stderr` @throws the system's error */
export function printText(stream: { writeSync(bytes: Uint8Array): number }, text: string): void {
  let rest = new TextEncoder().encode(`${text}\n`);
  while (rest.length > 0) rest = rest.subarray(stream.writeSync(rest));
}
