/** The calls of a publisher with JSON texts for values and words for errors; in this process or behind a line of text. */
import { type Publication, PubsubError } from "../../services/pubsub/mod.ts";
import type { Held, Outcome } from "./stage.ts";

/** See `Publisher`; nothing here waits. */
export interface PublisherCalls {
  publish(key: string, json: string): Outcome;
  unpublish(key: string): Outcome;
  signalRestarted(): Outcome;
  clearRestarted(): Outcome;
  held(): Held;
  close(): void;
}

/** Calls on a publication. */
export function dispatch(publication: Publication<unknown>): PublisherCalls {
  const { codec } = publication.topic;
  return {
    publish: (key, json) => outcome(() => publication.publish(key, codec.decode(json))),
    unpublish: (key) => outcome(() => publication.unpublish(key)),
    signalRestarted: () => outcome(() => publication.signalRestarted()),
    clearRestarted: () => outcome(() => publication.clearRestarted()),
    held: () => ({
      entries: new Map(Array.from(publication.getAll(), ([key, value]) => [key, codec.encode(value)])),
      restarted: publication.restarted,
    }),
    close: () => publication.close(),
  };
}

function outcome(call: () => boolean | void): Outcome {
  try {
    return call() === false ? "equal" : "done";
  } catch (error) {
    if (error instanceof PubsubError) return error.kind;
    throw error;
  }
}
