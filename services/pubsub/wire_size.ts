/** Whether a Go subscriber could receive a value over the socket (`spec/pubsub.md §3.3, §6`; decisions.md 6). Pure. */
import { MAX_FILE } from "./entry_file.ts";
import { PubsubError } from "./error.ts";
import { type TopicName, topicPath } from "./paths.ts";
import { planValue } from "./socket_plan.ts";

/** With the longest topic and key, a JSON of so many bytes still fits. */
const SURELY_FITS = 40_000;

/**
 * Refuses what no socket message can carry, large fields moved to files of their own where they must be.
 * @param json what the codec gave; `jsonBytes` is its length in UTF-8
 * @throws {PubsubError} `too-large`
 */
export function checkWireSize(topic: TopicName, key: string, json: string, jsonBytes: number): void {
  if (jsonBytes > MAX_FILE) {
    throw tooLarge(topic, key, `its file takes ${jsonBytes} bytes, readers take at most ${MAX_FILE}`);
  }
  if (jsonBytes <= SURELY_FITS) return;
  const plan = planValue(topic, key, json);
  if (plan.kind === "too-large") throw tooLarge(topic, key, plan.reason);
}

function tooLarge(topic: TopicName, key: string, why: string): PubsubError {
  return new PubsubError(
    "too-large",
    `${topicPath(topic)} key ${JSON.stringify(key)}: ${why}; nothing is published`,
  );
}
