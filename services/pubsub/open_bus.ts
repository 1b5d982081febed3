/** Opens the bus of a device root (design.md, "The bus is files"). */
import type { Bus, BusOptions, Publication, Subscription, SubscriptionHandlers } from "./bus.ts";
import { PubsubError } from "./error.ts";
import { topicPath } from "./paths.ts";
import type { TopicName } from "./paths.ts";
import { OwnedPublication } from "./publication.ts";
import { RepairRounds } from "./repair_rounds.ts";
import { SharedPublication } from "./shared_publication.ts";
import { DirectorySubscription } from "./subscription.ts";
import type { Topic } from "./topic.ts";
import { WatchTrouble } from "./watch_trouble.ts";

const RESCAN_MS = 60_000;
const SLOW_HANDLER_MS = 40_000;

/**
 * The bus below `options.root`. Nothing is opened before the first publication or subscription.
 * When `options.signal` aborts, locks are released and watchers closed, and every file stays for the next process.
 */
export function openBus(options: BusOptions): Bus {
  const { root, signal, report } = options;
  const following = {
    root,
    report,
    rounds: new RepairRounds(options.rescanMs ?? RESCAN_MS),
    slowHandlerMs: options.slowHandlerMs ?? SLOW_HANDLER_MS,
    watchTrouble: new WatchTrouble(report),
    now: options.now ?? Date.now,
  };
  const ends = new Set<() => void>();
  signal.addEventListener("abort", () => ends.forEach((end) => end()), { once: true });

  function requireOpen(topic: TopicName): void {
    if (!signal.aborted) return;
    throw new PubsubError("io", `the bus has ended; ${topicPath(topic)} is not opened`);
  }

  return {
    root,
    publication<T>(topic: Topic<T>): Publication<T> {
      requireOpen(topic);
      const setting = { root, report, ended: () => ends.delete(end) };
      const publication = topic.manyWriters
        ? new SharedPublication(topic, setting)
        : new OwnedPublication(topic, setting);
      const end = () => publication.end();
      ends.add(end);
      return publication;
    },
    subscription<T>(topic: Topic<T>, handlers: SubscriptionHandlers<T> = {}): Subscription<T> {
      requireOpen(topic);
      const subscription = new DirectorySubscription(topic, handlers, {
        ...following,
        ended: () => ends.delete(end),
      });
      const end = () => void subscription.end();
      ends.add(end);
      return subscription;
    },
  };
}
