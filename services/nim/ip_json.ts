/** What `ip -json` prints, member by member: what is missing or of another kind is empty. Pure. */

/** One object of a listing. */
export type Fields = Readonly<Record<string, unknown>>;

/** The objects of a listing; none of an empty one. @throws {SyntaxError} if it is no JSON */
export function listOf(json: string): Fields[] {
  return json.trim() === "" ? [] : list(JSON.parse(json)).map(fields);
}

/** An object inside one. */
export function fields(value: unknown): Fields {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? { ...value } : {};
}

/** A list inside one. */
export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A text, `""` without. */
export function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** A number, 0 without. */
export function number(value: unknown): number {
  return typeof value === "number" ? value : 0;
}
