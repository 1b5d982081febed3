/** Calls one handler of a subscriber: what it throws or holds up is told, and the next change goes on (`spec/pubsub.md §8`, Timing). */
import { PubsubError } from "./error.ts";
import { topicPath } from "./paths.ts";
import type { TopicName } from "./paths.ts";

/** Whom to tell, and from how many milliseconds on a handler counts as slow. */
export interface HandlerSetting {
  readonly report: (error: PubsubError) => void;
  readonly slowHandlerMs: number;
}

/** @param what for the message, e.g. `create of "global"` */
export function callHandler(
  topic: TopicName,
  what: string,
  handler: () => void,
  setting: HandlerSetting,
): void {
  const start = performance.now();
  try {
    handler();
  } catch (cause) {
    const message = `${topicPath(topic)}: the handler for ${what} threw: ${String(cause)}; it goes on`;
    setting.report(new PubsubError("handler", message, { cause }));
  }
  const took = performance.now() - start;
  if (took <= setting.slowHandlerMs) return;
  const message = `${topicPath(topic)}: the handler for ${what} took ${(took / 1000).toFixed(1)} s, ` +
    `expected at most ${setting.slowHandlerMs / 1000} s; other changes waited for it`;
  setting.report(new PubsubError("slow-handler", message));
}
