/** JSON written by people → messages, for the dev controller. @module */

import type { Convertible } from "./message.ts";

/** What is wrong with the JSON: a name that the message does not have, or a value that its field cannot hold. */
export type ProtoErrorKind = "unknown-name" | "wrong-value";

/** JSON that is not the message it claims to be. */
export class ProtoError extends Error {
  override name = "ProtoError";

  /** `path` is where in the JSON: `apps[0].fixedresources.memory`; empty when it is not known. */
  constructor(readonly kind: ProtoErrorKind, readonly path: string, what: string, options?: ErrorOptions) {
    super(path === "" ? what : `${path}: ${what}`, options);
  }
}

/**
 * As `type.fromObject(json)`, but nothing is dropped or bent to fit: names exactly as in the `.proto` file, enums by name
 * or number, 64-bit integers as number or decimal text, bytes as base64. null stands for absent.
 * @throws {ProtoError} that names the first place that does not fit.
 */
export function fromJson<Message extends object>(type: Convertible<Message>, json: object): Message {
  let message: Message;
  try {
    message = type.fromObject(json);
  } catch (cause) {
    throw new ProtoError("wrong-value", "", cause instanceof Error ? cause.message : String(cause), {
      cause,
    });
  }
  compare(json, message, type.toObject(message, { enums: String, defaults: true }), "");
  return message;
}

/** `got` is what became of `given`; `shown` the same with names for enum numbers. */
function compare(given: unknown, got: unknown, shown: unknown, path: string): void {
  if (given === null || given === undefined) return;
  const fits = isObject(got)
    ? compareObject(given, got, shown, path)
    : typeof got === "number"
    ? Object.is(Number(given), got) || given === shown
    : given === got;
  if (!fits) {
    throw new ProtoError("wrong-value", path, `${JSON.stringify(given)} is not a value of this field`);
  }
}

function compareObject(given: unknown, got: object, shown: unknown, path: string): boolean {
  if (got instanceof Uint8Array) return typeof given === "string" || given instanceof Uint8Array;
  if ("unsigned" in got) return String(given) === String(got);
  if (Array.isArray(got)) {
    if (!Array.isArray(given) || given.length !== got.length) return false;
    given.forEach((item, i) => compare(item, got[i], member(shown, i), `${path}[${i}]`));
    return true;
  }
  if (!isObject(given) || Array.isArray(given)) return false;
  for (const [name, value] of Object.entries(given)) {
    const here = path === "" ? name : `${path}.${name}`;
    if (!hasField(got, name)) throw new ProtoError("unknown-name", here, "no such field");
    compare(value, member(got, name), member(shown, name), here);
  }
  return true;
}

/** A field that is not set lives on the prototype, with its default, beside methods and the getters of oneofs. */
function hasField(message: object, name: string): boolean {
  if (Object.hasOwn(message, name)) return true;
  const unset = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(message), name);
  return unset !== undefined && "value" in unset && typeof unset.value !== "function";
}

function member(value: unknown, key: string | number): unknown {
  return isObject(value) ? Reflect.get(value, key) : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
