/** Texts of other programs, and of the network, on a console. Pure. */
import { withoutSecrets } from "../agent/mod.ts";

/** Of a longer text the rest is cut, so that no other line is lost for it; in characters. */
const MOST_TEXT = 1000;

/** As one line that can't be mistaken for another: no control characters, no user or password of an address, not too long. */
export function oneLine(text: string): string {
  const clean = withoutSecrets(printable(text).trim());
  return clean.length <= MOST_TEXT ? clean : `${clean.slice(0, MOST_TEXT).toWellFormed()}…`;
}

/** Without characters that move the cursor or turn the direction of writing. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, " ");
}

/** JSON for a terminal: the control characters that JSON lets through are escaped, and it stays the same value. */
export function terminalJson(json: string): string {
  return json.replace(/[\u007f-\u009f]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`);
}
