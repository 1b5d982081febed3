/**
 * One subscription for each topic, however many parts of the program follow it: each file is watched, read and decoded once.
 */
import { type Device, errorText } from "../agent/mod.ts";
import type { Bus, Subscription, SubscriptionHandlers, Topic, TopicName } from "../pubsub/mod.ts";

/** The same device; its bus gives all followers of a topic the same table. */
export function withSharedTopics(device: Device): Device {
  return { ...device, bus: sharedTopics(device) };
}

/** One topic, and who is told of its changes, in the order in which they came. */
interface SharedTopic<T> {
  readonly table: Subscription<T>;
  readonly told: Set<SubscriptionHandlers<T>>;
  /** Followers that have not closed, active or not. */
  count: number;
}

/**
 * The same bus. A follower that comes later is told of what is there as created: before `activate()` returns where the topic is
 * persistent, by the event loop elsewhere. The table ends with its last follower.
 */
export function sharedTopics(device: Pick<Device, "bus" | "log" | "signal">): Bus {
  const { bus } = device;
  const shared = new Map<unknown, unknown>();
  return {
    root: bus.root,
    publication: (topic) => bus.publication(topic),
    subscription<T>(topic: Topic<T>, handlers: SubscriptionHandlers<T> = {}): Subscription<T> {
      const source = shared.get(topic) as SharedTopic<T> | undefined ?? share(device, topic);
      shared.set(topic, source);
      source.count++;
      return follow(device, source, { ...handlers }, () => {
        if (--source.count > 0) return;
        shared.delete(topic);
        source.table.close();
      });
    },
  };
}

function share<T>(device: Pick<Device, "bus" | "log">, topic: Topic<T>): SharedTopic<T> {
  const told = new Set<SubscriptionHandlers<T>>();
  const tell = (what: string, call: (handlers: SubscriptionHandlers<T>) => void) => {
    for (const handlers of [...told]) {
      if (told.has(handlers)) guarded(device, topic, what, () => call(handlers));
    }
  };
  const table = device.bus.subscription(topic, {
    create: (key, value) => tell(`create of ${key}`, (handlers) => handlers.create?.(key, value)),
    modify: (key, value, old) => tell(`modify of ${key}`, (handlers) => handlers.modify?.(key, value, old)),
    delete: (key, old) => tell(`delete of ${key}`, (handlers) => handlers.delete?.(key, old)),
    sync: () => tell("sync", (handlers) => handlers.sync?.()),
    restart: (count) => tell("restart", (handlers) => handlers.restart?.(count)),
  });
  return { table, told, count: 0 };
}

/** @param handlers of this follower alone @param ended it has closed */
function follow<T>(
  device: Pick<Device, "log" | "signal">,
  { table, told }: SharedTopic<T>,
  handlers: SubscriptionHandlers<T>,
  ended: () => void,
): Subscription<T> {
  const { topic } = table;
  let state: "new" | "waiting" | "following" | "closed" = "new";
  let late: number | undefined;
  const call = (what: string, handler: () => void) => guarded(device, topic, what, handler);
  const join = () => {
    if (state !== "waiting" || device.signal.aborted) return;
    state = "following";
    told.add(handlers);
    for (const [key, value] of table.getAll()) {
      call(`create of ${key}`, () => handlers.create?.(key, value));
    }
    if (table.synchronized) call("sync", () => handlers.sync?.());
    if (table.restarted !== 0) call("restart", () => handlers.restart?.(table.restarted));
  };
  const following = () => state === "following";
  return {
    topic,
    activate() {
      if (state !== "new") return;
      state = "waiting";
      const isFresh = !table.synchronized && table.restarted === 0 && table.getAll().size === 0;
      if (isFresh || topic.persistent) join();
      else late = setTimeout(join, 0);
      table.activate();
    },
    get: (key) => following() ? table.get(key) : undefined,
    getAll: () => following() ? table.getAll() : new Map(),
    get synchronized() {
      return following() && table.synchronized;
    },
    get restarted() {
      return following() ? table.restarted : 0;
    },
    rescan() {
      join();
      if (following()) table.rescan();
    },
    close() {
      if (state === "closed") return;
      const wasFollowing = following();
      state = "closed";
      clearTimeout(late);
      told.delete(handlers);
      const { restarted } = table;
      if (wasFollowing) {
        for (const [key, old] of table.getAll()) call(`delete of ${key}`, () => handlers.delete?.(key, old));
        if (restarted !== 0) call("restart", () => handlers.restart?.(0));
      }
      ended();
    },
  };
}

/** What one follower throws is told, and the others go on. */
function guarded(
  { log }: Pick<Device, "log">,
  { agent, name }: TopicName,
  what: string,
  handler: () => void,
): void {
  try {
    handler();
  } catch (error) {
    log.error(`${agent}/${name}: the handler for ${what} threw: ${errorText(error)}; it goes on`);
  }
}
