/**
 * A publisher in a process of its own: `publisher.ts <root> <subject>`. Says `open`, then takes one JSON list a line,
 * e.g. `["publish","key","{}"]`, and answers each with one line of JSON.
 */
import { openBus } from "../../../services/pubsub/mod.ts";
import { heard, say } from "../../bench/stdio.ts";
import { dispatch } from "../publisher_calls.ts";
import { subjectNamed } from "../subjects.ts";

const [root = "", subject = ""] = Deno.args;
const bus = openBus({
  root,
  signal: new AbortController().signal,
  report: ({ message }) => say(JSON.stringify({ report: message })),
});
const calls = dispatch(bus.publication(subjectNamed(subject)));
say("open");
for await (const line of heard()) say(JSON.stringify(answer(JSON.parse(line))));

function answer([call, key, json]: readonly string[]): unknown {
  if (call === "publish") return calls.publish(key ?? "", json ?? "");
  if (call === "unpublish") return calls.unpublish(key ?? "");
  if (call === "signalRestarted") return calls.signalRestarted();
  if (call === "clearRestarted") return calls.clearRestarted();
  if (call === "held") {
    const { entries, restarted } = calls.held();
    return { entries: [...entries], restarted };
  }
  if (call === "close") return calls.close() ?? "done";
  throw new Error(`no call is named ${JSON.stringify(call)}`);
}
