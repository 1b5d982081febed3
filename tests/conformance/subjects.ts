/** The topics that the suite plays with: real places of ours, so that the bridge serves them; any JSON where the case says so. */
import type { Topic } from "../../services/pubsub/mod.ts";
import { rawTopic, topics } from "../../services/topics/mod.ts";

/** One of {@linkcode subjects}. */
export type Subject = "plain" | "persistent" | "timed" | "typed";

function subject<T>(topic: Topic<T>): Topic<unknown> {
  return topic;
}

/** Any JSON object under `/run` and under `/persist`, one with a time, one with typed lists and a UUID. */
export const subjects: Readonly<Record<Subject, Topic<unknown>>> = {
  plain: subject(topics.zedagent.NodeDrainRequest),
  persistent: rawTopic("zedagent", "PatchEnvelopeInfoList", { persistent: true }),
  timed: subject(topics.zedagent.CollectInfoCmd),
  typed: subject(topics.zedagent.DatastoreConfig),
};

/** @throws {Error} */
export function subjectNamed(name: string): Topic<unknown> {
  const found = Object.entries(subjects).find(([own]) => own === name)?.[1];
  if (found === undefined) throw new Error(`no subject is called ${JSON.stringify(name)}`);
  return found;
}
