/** Makes a topic hold just the entries of a section: what is gone is removed first, then the rest is published. */
import { errorText } from "../../agent/mod.ts";
import { type Publication, PubsubError } from "../../pubsub/mod.ts";
import type { Section } from "../sections/section.ts";
import type { Applier } from "./applier.ts";

/**
 * Publishes a section and sets its reports. One entry that fails does not keep the others back; a failed write is tried again
 * with the next contact to the controller.
 * @param smaller what to publish instead of a value that does not fit through the bus; without it the old value stays
 */
export function publishSection<T>(
  applier: Pick<Applier, "hashes" | "reports">,
  name: string,
  publication: Publication<T>,
  { entries, reports: found }: Section<T>,
  smaller?: (value: T, reason: string) => T,
): void {
  const reports = [...found];
  const attempt = (key: string, work: () => void) => {
    try {
      work();
    } catch (error) {
      reports.push(`${publication.topic.name} ${JSON.stringify(key)}: ${errorText(error)}`);
      if (!(error instanceof PubsubError) || error.kind === "io") applier.hashes.failed(name);
    }
  };
  for (const key of publication.keys()) {
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
  applier.reports.set(name, reports);
}
