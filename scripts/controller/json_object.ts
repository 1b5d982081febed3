/** Reads a JSON object member by member, and complains about what is wrong or left over. @module */

/** Absent members are undefined; a member of the wrong type is an error that names it. */
export class JsonObject {
  readonly #members: Map<string, unknown>;
  readonly #read = new Set<string>();

  /** @param path where the object stands, for messages; empty for the whole text */
  constructor(readonly path: string, value: unknown) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new Error(`${path === "" ? "the JSON" : path}: an object was expected`);
    }
    this.#members = new Map(Object.entries(value));
  }

  text(name: string): string | undefined {
    const value = this.#take(name);
    if (value === undefined || typeof value === "string") return value;
    throw this.#wrong(name, "a string");
  }

  /** Zero or more. */
  integer(name: string): number | undefined {
    const value = this.#take(name);
    if (value === undefined) return undefined;
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
    throw this.#wrong(name, "a number from 0");
  }

  flag(name: string): boolean | undefined {
    const value = this.#take(name);
    if (value === undefined || typeof value === "boolean") return value;
    throw this.#wrong(name, "true or false");
  }

  oneOf<T extends string>(name: string, allowed: readonly T[]): T | undefined {
    const value = this.#take(name);
    if (value === undefined) return undefined;
    const found = allowed.find((item) => item === value);
    if (found === undefined) throw this.#wrong(name, `one of ${allowed.join(", ")}`);
    return found;
  }

  object(name: string): JsonObject | undefined {
    const value = this.#take(name);
    return value === undefined ? undefined : new JsonObject(this.#at(name), value);
  }

  /** An object of strings. */
  texts(name: string): Record<string, string> | undefined {
    const inner = this.object(name);
    if (inner === undefined) return undefined;
    return Object.fromEntries([...inner.#members.keys()].map((key) => [key, inner.text(key) ?? ""]));
  }

  /** A word for bytes, or bytes as `{"base64": "…"}`. */
  content(name: string): "empty" | "garbage" | Uint8Array | undefined {
    if (typeof this.#members.get(name) !== "object") return this.oneOf(name, ["empty", "garbage"] as const);
    const base64 = this.object(name)?.text("base64");
    if (base64 === undefined) throw this.#wrong(name, `"empty", "garbage" or {"base64": …}`);
    return Uint8Array.fromBase64(base64);
  }

  /** The member is there and null. */
  isNull(name: string): boolean {
    if (this.#members.get(name) !== null) return false;
    this.#read.add(name);
    return true;
  }

  /** @throws Error that names a member nobody asked for. */
  end(): void {
    for (const name of this.#members.keys()) {
      if (!this.#read.has(name)) throw new Error(`${this.#at(name)}: no such member`);
    }
  }

  #take(name: string): unknown {
    this.#read.add(name);
    return this.#members.get(name);
  }

  #at(name: string): string {
    return this.path === "" ? name : `${this.path}.${name}`;
  }

  #wrong(name: string, expected: string): Error {
    return new Error(
      `${this.#at(name)}: ${expected} was expected, ${JSON.stringify(this.#members.get(name))} arrived`,
    );
  }
}
