/** Answers for people, beside the log. */

/** Takes a part of the bytes at a time, as files and streams do. @returns how many it took */
export interface Sink {
  writeSync(bytes: Uint8Array): number;
}

/** Writes the text, whole. @throws the system's error */
export function writeText(sink: Sink, text: string): void {
  let rest = new TextEncoder().encode(text);
  while (rest.length > 0) rest = rest.subarray(sink.writeSync(rest));
}

/** Writes the text and a newline, whole. @param stream `Deno.stdout` or `Deno.stderr` @throws the system's error */
export function printText(stream: Sink, text: string): void {
  writeText(stream, `${text}\n`);
}
