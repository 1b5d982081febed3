/** What never goes into a trace (`spec/controllerconn.md §12.1`). Pure. */
import type { HeaderTrace } from "./net_trace.ts";

/** Their values are hidden whatever the caller asks for. */
const secretHeaders: ReadonlySet<string> = new Set([
  "authorization",
  "proxy-authorization",
  "cookie",
  "set-cookie",
]);

/** The headers of a message; values shown only with `hideValues` false, and secret ones not even then. */
export function headerTraces(
  headers: Readonly<Record<string, string>>,
  hideValues: boolean,
): HeaderTrace[] {
  return Object.entries(headers).map(([fieldName, value]) =>
    hideValues || secretHeaders.has(fieldName.toLowerCase())
      ? { fieldName, ...(value === "" ? {} : { fieldValLen: [...value].length }) }
      : { fieldName, fieldVal: withoutCredentials(value) }
  );
}

/** The text with user and password cut out of every URL in it. */
export function withoutCredentials(text: string): string {
  return text.replace(/:\/\/[^/?#\s"']*@/g, "://");
}
