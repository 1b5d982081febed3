import { assertEquals } from "@std/assert";
import { compareListing, counterSteps, NO_COUNTER } from "./scan_compare.ts";
import type { Stamp } from "./entry_file.ts";

const stamp = (inode: number, mtime = 1): Stamp => ({ inode, mtime, size: 2, regular: true });
const file = (inode: number, fromBackup = false, ambiguous = false) => ({
  stamp: stamp(inode),
  fromBackup,
  ambiguous,
});
const none: ReadonlyMap<string, Stamp> = new Map();
const NONE = new Set<string>();

Deno.test("new, changed and vanished files are told apart from unchanged ones by inode, mtime and size", () => {
  const known = new Map([["same", file(1)], ["moved", file(2)], ["gone", file(3)], ["touched", file(4)]]);
  const files = new Map([
    ["same", stamp(1)],
    ["moved", stamp(9)],
    ["new", stamp(5)],
    ["touched", stamp(4, 2)],
  ]);
  assertEquals(compareListing(known, { files, backups: none }, false, NONE), {
    gone: ["gone"],
    read: ["moved", "new", "touched"],
    readBackup: [],
  });
});

Deno.test("a name that was not looked at is not gone; one written in place, or read too soon, is read whatever its stamp", () => {
  const known = new Map([["a", file(1)], ["b", file(2)], ["c", file(3)], ["d", file(4, false, true)]]);
  const files = new Map([["b", stamp(2)], ["d", stamp(4)]]);
  const listing = { names: new Set(["b", "c", "d"]), files, backups: none };
  assertEquals(compareListing(known, listing, false, new Set(["b"])), {
    gone: ["c"],
    read: ["b", "d"],
    readBackup: [],
  });
});

Deno.test("a lone .bak stands for its file only when nothing was seen before, and until it goes too", () => {
  const backups = new Map([["a", stamp(1)]]);
  const lone = { files: none, backups };
  assertEquals(compareListing(new Map(), lone, true, NONE).readBackup, ["a"]);
  assertEquals(compareListing(new Map(), lone, false, NONE).readBackup, []);
  assertEquals(compareListing(new Map([["a", file(1, true)]]), lone, false, NONE).gone, []);
  assertEquals(compareListing(new Map([["a", file(1)]]), lone, false, NONE).gone, ["a"]);
  assertEquals(
    compareListing(new Map([["a", file(1, true)]]), { files: none, backups: none }, false, NONE).gone,
    ["a"],
  );
  const back = { files: new Map([["a", stamp(1)]]), backups };
  assertEquals(compareListing(new Map([["a", file(1, true)]]), back, false, NONE).read, ["a"]);
});

Deno.test("the restart counter: a new file is 0 first, then n; a removed one is 0", () => {
  const at = (inode: number, count: number) => ({ inode, count });
  assertEquals(counterSteps(NO_COUNTER, at(1, 1)), [1]);
  assertEquals(counterSteps(at(1, 1), at(1, 1)), []);
  assertEquals(counterSteps(at(1, 1), at(2, 1)), [0, 1]);
  assertEquals(counterSteps(at(1, 3), at(2, 1)), [0, 1]);
  assertEquals(counterSteps(at(1, 1), at(1, 2)), [2]);
  assertEquals(counterSteps(at(1, 2), NO_COUNTER), [0]);
  assertEquals(counterSteps(NO_COUNTER, NO_COUNTER), []);
});
