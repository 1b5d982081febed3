/** Turns good texts into bad, odd and hostile ones. */
import type { Dice } from "./dice.ts";

/** Values that break programs, as JSON tokens. */
const tokens = [
  "null",
  "true",
  "false",
  "0",
  "-0",
  "-1",
  "1.5",
  "1e400",
  "-1e400",
  "1e-400",
  "255",
  "256",
  "65536",
  "2147483648",
  "4294967296",
  "9007199254740991",
  "9007199254740993",
  "9223372036854775807",
  "9223372036854775808",
  "-9223372036854775809",
  "18446744073709551615",
  "18446744073709551616",
  `1${"0".repeat(400)}`,
  '""',
  '" "',
  '"\\u0000"',
  '"\\ud800"',
  '"\\udc00\\ud800"',
  '"\u2028<>&"',
  '"__proto__"',
  '"AQID"',
  '"AQI="',
  '"AQI"',
  '"!"',
  "[]",
  "{}",
  "[null]",
  "[[]]",
  "[{}]",
  '{"":0}',
  '{"__proto__":1}',
  '{"constructor":{}}',
  '"0001-01-01T00:00:00Z"',
  '"2025-01-01T01:00:00+01:00"',
  '"2025-02-29T00:00:00Z"',
  '"9999-12-31T23:59:59.999999999Z"',
  '"2025-01-01T24:00:00Z"',
  '"2025-01-01T00:00:00.1234567890123Z"',
  '"00000000-0000-0000-0000-000000000000"',
  '"6BA7B810-9DAD-11D1-80B4-00C04FD430C8"',
  '"not-a-uuid"',
  '"1.2.3.4"',
  '"::"',
  '"::ffff:1.2.3.4"',
  '"fe80::1%eth0"',
  '"300.1.1.1"',
  `"${"x".repeat(300)}"`,
  "[".repeat(250) + "]".repeat(250),
  '{"a":'.repeat(250) + "1" + "}".repeat(250),
  "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16]",
  "[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]",
  "[256,-1]",
] as const;

const characters = [
  '"',
  "\\",
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  " ",
  "\n",
  "\t",
  "\0",
  "0",
  "9",
  "-",
  "+",
  ".",
  "e",
  "a",
  "Z",
  "/",
  "%",
  "=",
  "é",
  "😀",
  "\ud800",
  "\udfff",
  "\u2028",
  "\ufeff",
  "\u007f",
  "<",
];
const names = [
  "",
  "__proto__",
  "constructor",
  "toString",
  "length",
  "pubsub-large-X",
  "pubsub-file-X",
  "ünï",
  "a b",
  "0",
];

/** One to four changes of a text, wherever they fall. */
export function mutateText(text: string, dice: Dice): string {
  let now = text;
  for (let left = 1 + dice.below(4); left > 0; left--) now = changeText(now, dice);
  return now;
}

function changeText(text: string, dice: Dice): string {
  const from = dice.below(text.length + 1);
  const to = Math.min(text.length, from + 1 + dice.below(dice.oneIn(4) ? 60 : 4));
  switch (dice.below(8)) {
    case 0:
      return text.slice(0, from) + text.slice(to);
    case 1:
      return text.slice(0, to) + text.slice(from, to) + text.slice(to);
    case 2:
      return text.slice(0, from) + dice.pick(characters) + text.slice(from);
    case 3:
      return text.slice(0, from) + dice.pick(characters) + text.slice(to);
    case 4:
      return text.slice(0, from);
    case 5:
      return text.slice(0, from) + dice.pick(tokens) + text.slice(to);
    case 6:
      return text.slice(0, from) + String.fromCharCode(dice.below(0x10000)) + text.slice(from);
    default:
      return text.slice(to) + text.slice(0, from);
  }
}

/** A few values and names of a JSON text exchanged; it mostly stays JSON. */
export function mutateJson(text: string, dice: Dice): string {
  let now = text;
  for (let left = 1 + dice.below(3); left > 0; left--) {
    const places = [...now.matchAll(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null|\[\]|\{\}/g)];
    if (places.length === 0) return now;
    const place = dice.pick(places);
    const end = place.index + place[0].length;
    const isName = now[end] === ":";
    const instead = !isName
      ? dice.pick(tokens)
      : dice.oneIn(3)
      ? JSON.stringify(dice.pick(names))
      : dice.oneIn(2)
      ? place[0].toLowerCase()
      : dice.pick(places.filter((other) => other[0].startsWith('"')))[0];
    now = now.slice(0, place.index) + instead + now.slice(end);
  }
  return now;
}

/** A text of any characters. */
export function anyText(dice: Dice, longest: number): string {
  let text = "";
  for (let left = dice.below(longest + 1); left > 0; left--) {
    text += dice.oneIn(2)
      ? dice.pick(characters)
      : String.fromCharCode(dice.below(dice.oneIn(4) ? 0x10000 : 128));
  }
  return text;
}

/** A text of bytes, U+0000 to U+00FF. */
export function anyBytes(dice: Dice, longest: number): string {
  let text = "";
  for (let left = dice.below(longest + 1); left > 0; left--) text += String.fromCharCode(dice.below(256));
  return text;
}

/** The bytes that such a text stands for. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

/** The bytes of a text in UTF-8, as a text of bytes. */
export function utf8Of(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("");
}
