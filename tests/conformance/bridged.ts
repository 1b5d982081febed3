/** Publishers in processes of their own, and subscribers that play Go's on the sockets of the bridge. */
import { topicPath } from "../../services/pubsub/mod.ts";
import { BridgedBus } from "../interop/bridged_bus.ts";
import { startPython } from "../interop/python.ts";
import { GoTable } from "./go_table.ts";
import { Observed } from "./observed.ts";
import { childPublisher, type Children } from "./processes.ts";
import type { Observer, Setting, Stage } from "./stage.ts";
import { type Subject, subjects } from "./subjects.ts";

function goObserver(site: BridgedBus, children: Children, subject: Subject): Observer {
  const topic = subjects[subject];
  const seen = new Observed(topic);
  const table = new GoTable(topic);
  const child = startPython("go_subscriber.py", site.socket(topicPath(topic)), topic.name, "--text");
  children.running.push(child);
  child.onLine = (line) => table.take(JSON.parse(line)).forEach((call) => seen.take(call));
  return {
    seen,
    // The bridge goes on sending into the socket of a process that stands still.
    pause() {
      child.signal("SIGSTOP");
      return false;
    },
    resume: () => child.signal("SIGCONT"),
    end: () => child.kill(),
  };
}

function open(): Promise<Stage> {
  const site = new BridgedBus();
  site.startBridge();
  const children: Children = { root: site.root, reports: [], running: [] };
  return Promise.resolve({
    root: site.root,
    reports: children.reports,
    readsFiles: false,
    publisher: (subject: Subject) => childPublisher(children, subject),
    observer: (subject: Subject) => Promise.resolve(goObserver(site, children, subject)),
    async [Symbol.asyncDispose]() {
      for (const child of children.running) await child.kill();
      await site[Symbol.asyncDispose]();
    },
  });
}

/** See above. */
export const throughBridge: Setting = { name: "through the bridge", open };
