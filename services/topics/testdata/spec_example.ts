/** The JSON examples of the spec pages, their lines put together as on the wire. */

/** The first text from `start` to `end` after `after` in a spec page. @throws where the page has no `after` */
function example(page: string, after: string, start: string, end: string): string {
  const text = Deno.readTextFileSync(new URL(`../../../docs/spec/${page}`, import.meta.url));
  const from = text.indexOf(after);
  if (from < 0) throw new Error(`${page} has no ${after}`);
  const begin = text.indexOf(start, from);
  const stop = text.indexOf(end, begin);
  return text.slice(begin, stop).split("\n").map((line) => line.trim()).join("");
}

/** The first object after `after` that ends with its code block. */
export function blockExample(page: string, after: string): string {
  return example(page, after, "{", "\n```");
}

/** The text in backquotes that begins with `start`, the first after `after`. */
export function inlineExample(page: string, after: string, start: string): string {
  return example(page, after, start, "`");
}
