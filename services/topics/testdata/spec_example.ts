/** JSON examples of the spec pages. */

/** The first text from `start` to `end` after `after` in a spec page, its lines put together as on the wire. */
export function example(page: string, after: string, start: string, end: string): string {
  const text = Deno.readTextFileSync(new URL(`../../../docs/spec/${page}`, import.meta.url));
  const from = text.indexOf(after);
  if (from < 0) throw new Error(`${page} has no ${after}`);
  const begin = text.indexOf(start, from);
  const stop = text.indexOf(end, begin);
  return text.slice(begin, stop).split("\n").map((line) => line.trim()).join("");
}

/** The code block after `after`. */
export const block = (page: string, after: string): string => example(page, after, "{", "\n```");
