/** Makes a topic hold just the entries of a section: what is gone is removed first, then the rest is published. */
import { errorText } from "../../agent/mod.ts";
import { type Publication, PubsubError } from "../../pubsub/mod.ts";

/**
 * One entry that fails does not keep the others back.
 * @param smaller what to publish instead of a value that does not fit through the bus; without it the old value stays
 * @returns a report for each entry that could not be published or removed
 */
export function publishEntries<T>(
  publication: Publication<T>,
  entries: ReadonlyMap<string, T>,
  smaller?: (value: T, reason: string) => T,
): string[] {
  const reports: string[] = [];
  const attempt = (key: string, work: () => void) => {
    try {
      work();
    } catch (error) {
      reports.push(`${publication.topic.name} ${JSON.stringify(key)}: ${errorText(error)}`);
    }
  };
  for (const key of publication.getAll().keys()) {
    if (!entries.has(key)) attempt(key, () => publication.unpublish(key));
  }
  for (const [key, value] of entries) {
    attempt(key, () => {
      try {
        publication.publish(key, value);
      } catch (error) {
        if (!(error instanceof PubsubError) || error.kind !== "too-large" || smaller === undefined) {
          throw error;
        }
        publication.publish(key, smaller(value, errorText(error)));
      }
    });
  }
  return reports;
}
