/**
 * `./scripts/run spec [--page P]`: which items of the checklists in `docs/spec/` a test names, and which none does.
 * A test names item 14 of `pubsub.md` by `[pubsub#14]` in its name; items left out stand with a reason in
 * `tests/spec_left_out.md`.
 */
import { parseArgs } from "@std/cli/parse-args";
import { join } from "node:path";

const checkout = join(import.meta.dirname ?? ".", "..");

/** One page of the spec: item number → its text. */
export type Checklist = ReadonlyMap<number, string>;

/** The numbered items below a heading that speaks of testable behaviours. */
export function checklistOf(page: string): Checklist {
  const items = new Map<number, string>();
  let inside = false;
  for (const line of page.split("\n")) {
    if (line.startsWith("#")) inside = /checklist of testable|testable behaviours/i.test(line);
    const item = /^(\d+)\. (.*)/.exec(line);
    if (inside && item) items.set(Number(item[1]), item[2] ?? "");
  }
  return items;
}

/** `page#number` of every item that a text names. */
export function namedItems(text: string): Set<string> {
  return new Set([...text.matchAll(/\[([a-z-]+#\d+)\]/g)].map((m) => m[1] ?? ""));
}

async function testNames(folder: string): Promise<Set<string>> {
  const named = new Set<string>();
  for await (const entry of Deno.readDir(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory && !["node_modules", "dist", ".git", "docs"].includes(entry.name)) {
      for (const item of await testNames(path)) named.add(item);
    } else if (entry.name.endsWith("_test.ts")) {
      for (const item of namedItems(await Deno.readTextFile(path))) named.add(item);
    }
  }
  return named;
}

/** The pages that have a checklist. */
export async function checklists(): Promise<Map<string, Checklist>> {
  const pages = new Map<string, Checklist>();
  for await (const entry of Deno.readDir(join(checkout, "docs/spec"))) {
    if (!entry.name.endsWith(".md")) continue;
    const items = checklistOf(await Deno.readTextFile(join(checkout, "docs/spec", entry.name)));
    if (items.size > 0) pages.set(entry.name.slice(0, -3), items);
  }
  return new Map([...pages].sort(([a], [b]) => a < b ? -1 : 1));
}

/** Items that tests name, over the whole tree. */
export function coveredItems(): Promise<Set<string>> {
  return testNames(checkout);
}

async function main(only: string | undefined): Promise<number> {
  const print = (line: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
  const named = await coveredItems();
  const leftOut = namedItems(await Deno.readTextFile(join(checkout, "tests/spec_left_out.md")));
  const pages = await checklists();
  if (only !== undefined && !pages.has(only)) {
    print(`no page "${only}", expected one of ${[...pages.keys()].join(", ")}`);
    return 2;
  }
  for (const [page, items] of pages) {
    if (only !== undefined && page !== only) continue;
    const missing = [...items.keys()].filter((n) => !named.has(`${page}#${n}`));
    const out = missing.filter((n) => leftOut.has(`${page}#${n}`)).length;
    print(`${page}: ${items.size - missing.length} of ${items.size} items named by a test, ${out} left out`);
    for (const n of missing) {
      if (!leftOut.has(`${page}#${n}`)) print(`  ${n}. ${(items.get(n) ?? "").slice(0, 120)}`);
    }
  }
  return 0;
}

if (import.meta.main) Deno.exit(await main(parseArgs(Deno.args, { string: ["page"] })["page"]?.toString()));
