/** Names in a topic's folder, keys, `restarted` texts and lock texts: the four small parsers. Each input is one text. */
import {
  fileOfKey,
  isEntryFile,
  keyOfFile,
  parseCounter,
  parseOwner,
  PubsubError,
} from "../../../services/pubsub/mod.ts";
import type { Dice } from "../dice.ts";
import { anyText, mutateText } from "../mutate.ts";
import { refusing, rule, type Target } from "../target.ts";

const keysInUse = [
  "global",
  "",
  "Application Data Store",
  "a#1",
  "lps",
  "2025-01-01 00:00:00 +0000 UTC",
  "eth0@2025-01-01T00:00:00.1Z",
  "k".repeat(250),
  "é".repeat(125),
];
const namesInUse = [
  ...keysInUse.map((key) => `${key}.json`),
  "global.json.bak",
  "restarted",
  "tmp12345678901234567",
  "usb.json.tmp",
  ".json.json",
];
const utf8 = (text: string) => new TextEncoder().encode(text).length;

function oneOrAny(dice: Dice, known: readonly string[], longest: number): readonly [string] {
  if (dice.oneIn(5)) return [anyText(dice, longest)];
  return [dice.oneIn(8) ? dice.pick(known) : mutateText(dice.pick(known), dice)];
}

/** Keys that publish gets. */
export const keys: Target = {
  name: "keys",
  runsInCi: 50_000,
  make: (dice) => oneOrAny(dice, keysInUse, 300),
  check([key = ""]) {
    const file = refusing(
      () => fileOfKey(key),
      (error) => error instanceof PubsubError && error.kind === "bad-key",
    );
    const possible = key.isWellFormed() && !/[/\0]|\.json/.test(key) && utf8(key) <= 250;
    rule((file !== undefined) === possible, "just the keys that can be file names are taken");
    if (file === undefined) return;
    rule(keyOfFile(file) === key, "the key comes back from its file name");
    rule(isEntryFile(file) && utf8(file) <= 255, "the file is an entry and can stand in a folder");
    rule(
      file !== "restarted" && !/^tmp\d+$/.test(file) && !file.endsWith(".bak"),
      "it is no other file of the bus",
    );
  },
};

/** Names that a folder may hold. */
export const names: Target = {
  name: "names",
  runsInCi: 50_000,
  make: (dice) => oneOrAny(dice, namesInUse, 40),
  check([name = ""]) {
    const key = keyOfFile(name);
    if (key === undefined) return;
    rule(isEntryFile(name), "what has a key is an entry");
    const possible = name.isWellFormed() && !/[/\0]/.test(name) && utf8(name) <= 255;
    if (possible) rule(fileOfKey(key) === name, "the name comes back from its key");
  },
};

/** Texts of `restarted`. */
export const counters: Target = {
  name: "counters",
  runsInCi: 50_000,
  make: (dice) =>
    oneOrAny(
      dice,
      ["0", "1", "12", "999999999999999", "9007199254740993", "1\n", "-1", "1e3", "0x10", " 5"],
      12,
    ),
  check([text = ""]) {
    for (const otherwise of [0, 1]) {
      const count = parseCounter(text, otherwise);
      rule(Number.isSafeInteger(count) && count >= 0, "a counter is a whole number that can be counted on");
      const digits = /^\d+\s*$/.test(text) && text.trim().length <= 15;
      rule(count === (digits ? Number(text) : otherwise), "it is what the digits say");
    }
  },
};

/** Texts of lock files. */
export const locks: Target = {
  name: "locks",
  runsInCi: 50_000,
  make: (dice) =>
    oneOrAny(dice, [
      "",
      "1\n",
      "4194304\nloaded\n",
      "123\nloaded",
      "0\nloaded\n",
      "99999999999\nloaded\n",
      "\nloaded\n",
    ], 20),
  check([text = ""]) {
    const { pid, loaded } = parseOwner(text);
    rule(pid === undefined || (Number.isSafeInteger(pid) && pid > 0), "a pid is a number above 0");
    rule(!loaded || pid !== undefined, "nobody has loaded without a pid");
    rule(
      !loaded || text === `${pid}\nloaded` || text.startsWith(`${pid}\nloaded\n`),
      "loaded is the whole second line",
    );
  },
};
