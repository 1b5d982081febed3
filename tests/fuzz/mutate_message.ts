/** Messages that are nearly good: fields removed, out of range, doubled, referring to each other in circles, no UUIDs. */
import Long from "long";
import protobuf from "protobufjs";
import { messageOf } from "../corpus/descriptor.ts";
import type { Dice } from "./dice.ts";
import { anyText } from "./mutate.ts";

type Members = Record<string, unknown>;

/** Few enough that references meet. */
const labels = [
  "eth0",
  "eth1",
  "bond-a",
  "vlan-a",
  "wlan0",
  "all",
  "uplink",
  "profile-0",
  "context",
  "bond0",
];
const uuids = [
  "aaaaaaaa-0000-4000-8000-000000000000",
  "bbbbbbbb-0000-4000-8000-000000000000",
  "ffffffff-0000-4000-8000-000000000000",
  "FFFFFFFF-0000-4000-8000-000000000001",
  "00000000-0000-0000-0000-000000000000",
  "aaaaaaaa-0000-4000-8000-00000000000",
  "not-a-uuid",
];
const forms = [
  "",
  "10.1.0.0/24",
  "10.1.0.300",
  "::ffff:10.0.0.1",
  "fe80::1%eth0",
  "2001:db8::/200",
  "https://[",
  "../../etc/passwd",
  "a/b",
  "__proto__",
  "constructor",
  "\u0000",
  "\u{1f600}".repeat(40),
  "x".repeat(70_000),
];
const numbers = [0, 1, 2, -1, 255, 256, 4094, 4095, 65_535, 65_536, 2 ** 31 - 1, -(2 ** 31)];

/** Changes a message in place, once to six times. */
export function mutateMessage(type: protobuf.Type, message: Members, dice: Dice): void {
  for (let times = 1 + dice.below(6); times > 0; times--) mutateOnce(type, message, dice, 0);
}

function mutateOnce(type: protobuf.Type, message: Members, dice: Dice, depth: number): void {
  const field = dice.pick(type.fieldsArray.length > 0 ? type.fieldsArray : [undefined]);
  if (field === undefined) return;
  const value = message[field.name];
  const inner = messageOf(field);
  if (dice.oneIn(8)) {
    delete message[field.name];
  } else if (Array.isArray(value)) {
    mutateList(field, inner, value, dice, depth);
  } else if (inner !== undefined) {
    if (isMembers(value) && !dice.oneIn(10)) mutateOnce(inner, value, dice, depth + 1);
    else message[field.name] = field.repeated ? [{}] : {};
  } else if (field.map) {
    message[field.name] = { [dice.pick(labels)]: anyScalarText(dice), [dice.pick(forms).slice(0, 100)]: "x" };
  } else {
    message[field.name] = field.repeated ? [scalar(field, dice)] : scalar(field, dice);
  }
}

function mutateList(
  field: protobuf.Field,
  inner: protobuf.Type | undefined,
  list: unknown[],
  dice: Dice,
  depth: number,
): void {
  const at = dice.below(Math.max(1, list.length));
  const item = list[at];
  if (list.length === 0) list.push(inner === undefined ? scalar(field, dice) : {});
  else if (dice.oneIn(5)) list.push(structuredClone(item));
  else if (dice.oneIn(8)) list.splice(at, 1);
  else if (dice.oneIn(12)) list.reverse();
  else if (inner === undefined) list[at] = scalar(field, dice);
  else if (isMembers(item)) {
    // An element inside itself, some levels deep, where the type allows that.
    const self = inner.fieldsArray.find((candidate) => messageOf(candidate) === inner);
    if (self !== undefined && dice.oneIn(3)) nest(item, self.name, 1 + dice.below(40));
    else mutateOnce(inner, item, dice, depth + 1);
  }
}

function nest(item: Members, name: string, levels: number): void {
  const copy = structuredClone(item);
  for (let level = 0; level < levels; level++) {
    const before = structuredClone(item);
    Object.assign(item, copy, { [name]: [before] });
  }
}

function anyScalarText(dice: Dice): string {
  if (dice.oneIn(3)) return dice.pick(labels);
  if (dice.oneIn(3)) return dice.pick(uuids);
  return dice.oneIn(2) ? dice.pick(forms) : anyText(dice, 30).toWellFormed();
}

function scalar(field: protobuf.Field, dice: Dice): unknown {
  const { resolvedType } = field.resolve();
  if (resolvedType instanceof protobuf.Enum && dice.oneIn(2)) {
    return dice.pick(Object.values(resolvedType.values));
  }
  switch (resolvedType instanceof protobuf.Enum ? "int32" : field.type) {
    case "string":
      return anyScalarText(dice);
    case "bytes":
      return new Uint8Array(dice.pick([0, 1, 15, 16, 32, 200]));
    case "bool":
      return dice.oneIn(2);
    case "int64":
    case "uint64":
      return Long.fromNumber(dice.pick(numbers));
    default:
      return dice.pick(numbers);
  }
}

function isMembers(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    !(value instanceof Uint8Array) &&
    !Long.isLong(value);
}
