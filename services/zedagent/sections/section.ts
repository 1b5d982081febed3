/**
 * What all sections share: a section of `EdgeDevConfig` becomes entries of a topic, and a report for each element that could
 * not be used. An element that has an error field of its own carries its error there instead.
 */
import { isUUID, nilUUID, parseIP } from "../../topics/mod.ts";

/** Key → value, in the order of the configuration, and what was left out, in words. */
export interface Section<T> {
  readonly entries: ReadonlyMap<string, T>;
  readonly reports: readonly string[];
}

/** Turns each element into an entry; what `convert` throws as {@linkcode SectionError} is a report, and the element is left out. */
export function section<E, T>(
  elements: readonly E[],
  convert: (element: E, index: number) => readonly [key: string, value: T],
): Section<T> {
  const entries = new Map<string, T>();
  const reports: string[] = [];
  for (const [index, element] of elements.entries()) {
    try {
      const [key, value] = convert(element, index);
      if (entries.has(key)) reports.push(`${key} is there twice; the last one counts`);
      entries.set(key, value);
    } catch (error) {
      if (!(error instanceof SectionError)) throw error;
      reports.push(error.message);
    }
  }
  return { entries, reports };
}

/** An element of a section that can't be used: names it, what was expected and what arrived. */
export class SectionError extends Error {
  override readonly name = "SectionError";
}

/** A UUID in lower case. @throws {SectionError} */
export function neededUUID(what: string, text: string): string {
  return optionalUUID(text) ?? refuse(`${what}: expected a UUID, got ${quote(text)}`);
}

/** A UUID in lower case; `undefined` if the text is none. */
export function optionalUUID(text: string): string | undefined {
  const lower = text.toLowerCase();
  return isUUID(lower) ? lower : undefined;
}

/** A UUID in lower case; the nil UUID for an empty text. @throws {SectionError} */
export function uuidOrNil(what: string, text: string): string {
  return text === "" ? nilUUID : neededUUID(what, text);
}

/** An address as Go prints it, `""` for an empty text. @throws {SectionError} */
export function addressOrEmpty(what: string, text: string): string {
  return text === "" ? "" : canonicalAddress(text) ??
    refuse(`${what}: expected an IP address, got ${quote(text)}`);
}

/** An address as Go prints it; `undefined` if the text is none. */
export function canonicalAddress(text: string): string | undefined {
  if (parseIP(text) === undefined) return undefined;
  if (!text.includes(":") || text.includes(".")) return text.toLowerCase();
  return URL.parse(`http://[${text}]/`)?.hostname.slice(1, -1) ?? text.toLowerCase();
}

/** @throws {SectionError} */
export function refuse(message: string): never {
  throw new SectionError(message);
}

/** A text from outside, for a message: one line, at most 100 characters. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 97)}...` : text);
}

/** A list as Go has it. */
export function emptyToNull<T>(list: readonly T[]): readonly T[] | null {
  return list.length === 0 ? null : list;
}
