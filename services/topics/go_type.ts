/**
 * What a JSON shape is made of: one `GoType` per Go type, each with encoding, decoding, equality and zero value
 * (`spec/pubsub.md §4.1, 5`). Shapes are built once from closures, so that nothing is looked up while values travel.
 */

/** A number, string, list … as `JSON.parse` gives it; integers beyond 2^53 arrive as `bigint`. */
export type JsonValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/** When equal values have equal texts: `in-utc` where times are inside, `never` with sets and members in any order. */
export type Canonical = "always" | "in-utc" | "never";

/** Of all parts together. */
export function weakest(parts: readonly Canonical[]): Canonical {
  return parts.includes("never") ? "never" : parts.includes("in-utc") ? "in-utc" : "always";
}

/** One Go type as it travels in JSON. */
export interface GoType<T> {
  /** A fresh value, as Go has it before anything was assigned. */
  zero(): T;
  /** @throws {TypeError} an integer that is not finite */
  encode(value: T): string;
  /** `null` gives the zero value. @throws {MemberError} */
  decode(json: JsonValue): T;
  equal(a: T, b: T): boolean;
  /** What Go's `omitempty` leaves out; always false for structs, times and UUIDs. */
  isEmpty(value: T): boolean;
  /** Integers of more than 53 bits may stand somewhere inside, and must not lose digits. */
  readonly wide: boolean;
  readonly canonical: Canonical;
  /** Paths (`Ports[0].Foo`) of the members inside that no field takes; absent where there can't be any. */
  strangers?(json: JsonValue): string[];
}

/** The TypeScript type that a `GoType` describes. */
export type GoValue<G> = G extends GoType<infer T> ? T : never;

/** A value that does not fit; the path grows from the inside out while the error passes through lists and structs. */
export class MemberError extends TypeError {
  override readonly name = "TypeError";
  path = "";
  constructor(readonly expected: string, readonly got: string) {
    super(`expected ${expected}, got ${got}`);
  }
  /** Puts a member name or `[index]` in front of the path. */
  within(step: string): this {
    this.path = this.path === "" || this.path.startsWith("[") ? step + this.path : `${step}.${this.path}`;
    this.message = `${this.path}: expected ${this.expected}, got ${this.got}`;
    return this;
  }
}

/** @throws {MemberError} naming what arrived, shortened to one line of 40 characters */
export function mismatch(expected: string, json: JsonValue): never {
  throw new MemberError(expected, describe(json));
}

function describe(json: JsonValue): string {
  if (Array.isArray(json)) return `a list of ${json.length}`;
  if (typeof json === "object" && json !== null) return "an object";
  if (typeof json !== "string") return String(json);
  return JSON.stringify(json.length > 40 ? `${json.slice(0, 37)}...` : json);
}

/** Puts a member name or `[index]` in front of paths. */
export function pathsWithin(step: string, paths: readonly string[]): string[] {
  return paths.map((path) => path.startsWith("[") ? step + path : `${step}.${path}`);
}

/** True for what `{}` in JSON gives. */
export function isObject(json: JsonValue): json is { readonly [name: string]: JsonValue } {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}
