/**
 * The publisher that gets killed: `publisher.ts <root>`. Says `ready`, waits for a byte, then does all steps and says the
 * number of each when its call has returned. Everything happens on its main thread, in the same order each time.
 */
import { openBus, type Publication } from "../../../services/pubsub/mod.ts";
import type { RawObject } from "../../../services/topics/go_raw.ts";
import { say } from "../../bench/stdio.ts";
import { jsonOf, type Kind, steps, topicsOf } from "./play.ts";

const bus = openBus({ root: Deno.args[0] ?? "", signal: new AbortController().signal, report: () => {} });
const open = new Map<Kind, Publication<RawObject>>();
say("ready");
Deno.stdin.readSync(new Uint8Array(8));
for (const [number, step] of steps.entries()) {
  const topic = topicsOf[step.kind];
  const publication = open.get(step.kind);
  if (step.call === "open") open.set(step.kind, bus.publication(topic));
  else if (step.call === "publish") publication?.publish(step.key, topic.codec.decode(jsonOf(step.n)));
  else if (step.call === "unpublish") publication?.unpublish(step.key);
  else if (step.call === "signal") publication?.signalRestarted();
  else publication?.clearRestarted();
  say(String(number + 1));
}
Deno.stdin.readSync(new Uint8Array(8));
