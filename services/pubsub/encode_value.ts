/** The JSON of a value, or an error that says which value of which topic can't be one. */
import { PubsubError } from "./error.ts";
import { topicPath } from "./paths.ts";
import type { Topic } from "./topic.ts";

/** @throws {PubsubError} `bad-value` */
export function encodeValue<T>(topic: Topic<T>, key: string, value: T): string {
  try {
    return topic.codec.encode(value);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `${topicPath(topic)} key ${JSON.stringify(key)}: ${why}; nothing is published`;
    throw new PubsubError("bad-value", message, { cause });
  }
}
