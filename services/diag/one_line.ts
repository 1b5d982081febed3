/** Texts of other programs, and of the network, on a console. Pure. */

/** As one line that can't be mistaken for another, without characters that move the cursor. */
export function oneLine(text: string): string {
  return printable(text).trim();
}

/** The same with the white space around it. */
export function printable(text: string): string {
  // deno-lint-ignore no-control-regex -- these are what must not come through
  return text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, " ");
}
