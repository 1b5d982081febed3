/** Follows one topic of several agents, of which each publishes one value under key `global`. Never writes. */
import type { Bus, Topic } from "../../pubsub/mod.ts";

/** @param changed called after each change, not for what is there when this is called @returns what is published now: agent → value */
export function followGlobal<T>(
  bus: Bus,
  topics: Readonly<Record<string, Topic<T>>>,
  changed: () => void = () => {},
): () => ReadonlyMap<string, T> {
  let open = false;
  const told = () => {
    if (open) changed();
  };
  const followed = Object.entries(topics).map(([agent, topic]) => {
    const subscription = bus.subscription(topic, { create: told, modify: told, delete: told });
    subscription.activate();
    return { agent, subscription };
  });
  open = true;
  return () =>
    new Map(followed.flatMap(({ agent, subscription }): [string, T][] => {
      const value = subscription.get("global");
      return value === undefined ? [] : [[agent, value]];
    }));
}
