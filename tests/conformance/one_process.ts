/** Publisher and subscriber in one process: two buses over one root. */
import { openBus, PubsubError } from "../../services/pubsub/mod.ts";
import { Observed } from "./observed.ts";
import { dispatch } from "./publisher_calls.ts";
import type { Publisher, Setting, Stage } from "./stage.ts";
import { subjects } from "./subjects.ts";

async function open(): Promise<Stage> {
  const root = await Deno.makeTempDir({ prefix: "one" });
  const reports: string[] = [];
  const ends: AbortController[] = [];

  function newBus() {
    const end = new AbortController();
    ends.push(end);
    const report = (error: PubsubError) => void reports.push(error.message);
    return { bus: openBus({ root, signal: end.signal, report, rescanMs: 60_000 }), end };
  }

  return {
    root,
    readsFiles: true,
    reports,
    publisher(subject) {
      const { bus, end } = newBus();
      const calls = dispatch(bus.publication(subjects[subject]));
      const publisher: Publisher = {
        publish: (key, json) => Promise.resolve(calls.publish(key, json)),
        unpublish: (key) => Promise.resolve(calls.unpublish(key)),
        signalRestarted: () => Promise.resolve(calls.signalRestarted()),
        clearRestarted: () => Promise.resolve(calls.clearRestarted()),
        held: () => Promise.resolve(calls.held()),
        close: () => Promise.resolve(calls.close()),
        die: () => Promise.resolve(end.abort()),
      };
      return Promise.resolve(publisher);
    },
    observer(subject) {
      const { bus, end } = newBus();
      const topic = subjects[subject];
      const seen = new Observed(topic);
      const text = (value: unknown) => topic.codec.encode(value);
      bus.subscription(topic, {
        create: (key, value) => seen.take(["create", key, text(value)]),
        modify: (key, value) => seen.take(["modify", key, text(value)]),
        delete: (key) => seen.take(["delete", key]),
        sync: () => seen.take(["sync"]),
        restart: (count) => seen.take(["restart", count]),
      }).activate();
      // What a case awaits here are settled promises: no event comes in between.
      return Promise.resolve({
        seen,
        pause: () => true,
        resume: () => {},
        end: () => Promise.resolve(end.abort()),
      });
    },
    async [Symbol.asyncDispose]() {
      for (const end of ends) end.abort();
      await Deno.remove(root, { recursive: true });
    },
  };
}

/** See above. */
export const oneProcess: Setting = { name: "one process", open };
