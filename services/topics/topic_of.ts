/** Makes the entries of the table of topics. */
import type { Topic } from "../pubsub/mod.ts";
import { goCodec } from "./go_json.ts";
import { goRawObject, type RawObject } from "./go_raw.ts";
import type { GoType } from "./go_type.ts";

/** A topic whose values are of `type`. */
export function topicOf<T>(
  agent: string,
  name: string,
  type: GoType<T>,
  more: Partial<Topic<T>> = {},
): Topic<T> {
  return { agent, name, persistent: false, codec: goCodec(type), ...more };
}

/** A topic of which only single members are relayed: any JSON object, kept as it came. */
export function rawTopic(
  agent: string,
  name: string,
  more: Partial<Topic<RawObject>> = {},
): Topic<RawObject> {
  return topicOf(agent, name, goRawObject, more);
}

/** Under `/persist/status`, with a backup. */
export const persistent = { persistent: true } as const;
