/** A subscriber in a process of its own: `subscriber.ts <root> <subject>`. Says `open`, then each call as a JSON list. */
import { openBus } from "../../../services/pubsub/mod.ts";
import { say } from "../../bench/stdio.ts";
import type { Observation } from "../observed.ts";
import { subjectNamed } from "../subjects.ts";

const [root = "", subject = ""] = Deno.args;
const topic = subjectNamed(subject);
const bus = openBus({
  root,
  signal: new AbortController().signal,
  report: ({ message }) => say(JSON.stringify({ report: message })),
});
const tell = (call: Observation) => say(JSON.stringify(call));
const text = (value: unknown) => topic.codec.encode(value);
say("open");
bus.subscription(topic, {
  create: (key, value) => tell(["create", key, text(value)]),
  modify: (key, value) => tell(["modify", key, text(value)]),
  delete: (key) => tell(["delete", key]),
  sync: () => tell(["sync"]),
  restart: (count) => tell(["restart", count]),
}).activate();
