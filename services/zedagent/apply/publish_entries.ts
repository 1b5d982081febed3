/** Makes a topic hold just the entries of a section: what is gone is removed first, then the rest is published. */
import { errorText } from "../../agent/mod.ts";
import { type Publication, PubsubError } from "../../pubsub/mod.ts";
import type { Section } from "../sections/section.ts";
import { hasErrorTime, withOldErrorTimes } from "./same_error_times.ts";
import type { SectionOutcome } from "./section_state.ts";

/**
 * Publishes a section. One entry that fails does not keep the others back; a write that failed is pending, a value that does not
 * fit through the bus is refused, and what was published under its key before stays.
 * @param smaller what to publish instead of a value that does not fit
 */
export function publishSection<T>(
  publication: Publication<T>,
  { entries, reports }: Section<T>,
  smaller?: (value: T, reason: string) => T,
): SectionOutcome {
  const refused = [...reports];
  const unwritten: string[] = [];
  const attempt = (key: string, work: () => void) => {
    try {
      work();
    } catch (error) {
      const report = `${publication.topic.name} ${JSON.stringify(key)}: ${errorText(error)}`;
      (error instanceof PubsubError && error.kind !== "io" ? refused : unwritten).push(report);
    }
  };
  for (const key of publication.keys()) {
    if (!entries.has(key)) attempt(key, () => publication.unpublish(key));
  }
  for (const [key, value] of entries) {
    attempt(key, () => {
      try {
        publication.publish(key, hasErrorTime(value) ? sameTimes(publication, key, value) : value);
      } catch (error) {
        if (!(error instanceof PubsubError) || error.kind !== "too-large" || smaller === undefined) {
          throw error;
        }
        refused.push(`${publication.topic.name} ${JSON.stringify(key)}: ${errorText(error)}`);
        publication.publish(key, smaller(value, errorText(error)));
      }
    });
  }
  return {
    refused,
    ...(unwritten.length === 0 ? {} : { pending: { waits: "disk", reasons: unwritten } }),
  };
}

function sameTimes<T>(publication: Publication<T>, key: string, value: T): T {
  const old = publication.get(key);
  return old === undefined ? value : withOldErrorTimes(value, old);
}

/** A section of one entry. */
export function singleEntry<T>(
  key: string,
  found: { readonly value: T; readonly reports: readonly string[] },
): Section<T> {
  return { entries: new Map([[key, found.value]]), reports: found.reports };
}
