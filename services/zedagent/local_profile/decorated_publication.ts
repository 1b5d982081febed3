/** Puts something between a publication and those who use it. */
import type { Publication } from "../../pubsub/mod.ts";

/** The same publication with some of its methods replaced. */
export function decorated<T>(inner: Publication<T>, changed: Partial<Publication<T>>): Publication<T> {
  return {
    topic: inner.topic,
    publish: (key, value) => inner.publish(key, value),
    unpublish: (key) => inner.unpublish(key),
    get: (key) => inner.get(key),
    getAll: () => inner.getAll(),
    keys: () => inner.keys(),
    get restarted() {
      return inner.restarted;
    },
    signalRestarted: () => inner.signalRestarted(),
    clearRestarted: () => inner.clearRestarted(),
    close: () => inner.close(),
    ...changed,
  };
}
