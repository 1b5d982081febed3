/**
 * The publisher whose system calls fail: `publisher.ts <root> [<kind>]`. Does the steps of `kill_points/play.ts` (with a kind only its
 * opening), each again until it has worked, and after each failure first what memory says already; it says what went wrong with
 * that, then how often a call has thrown.
 */
import { openBus, type Publication, PubsubError, topicDirectory } from "../../../services/pubsub/mod.ts";
import type { RawObject } from "../../../services/topics/go_raw.ts";
import { jsonOf, type Kind, type Step, steps, topicsOf } from "../kill_points/play.ts";

/** Each attempt makes fewer calls than lie between two that fail. */
const MOST_ATTEMPTS = 30;

const [root = "", only] = Deno.args;
const bus = openBus({ root, signal: new AbortController().signal, report: () => {} });
const open = new Map<Kind, Publication<RawObject>>();
let thrown = 0;

say("ready");
Deno.stdin.readSync(new Uint8Array(8));
for (const [number, step] of steps.entries()) {
  if (only !== undefined && (step.call !== "open" || step.kind !== only)) continue;
  untilItWorks(`step ${number + 1}`, () => perform(step), () => recover(step));
}
say(`thrown ${thrown}`);
Deno.stdin.readSync(new Uint8Array(8));

function perform(step: Step): void {
  const topic = topicsOf[step.kind];
  const publication = open.get(step.kind);
  if (step.call === "open") open.set(step.kind, bus.publication(topic));
  else if (step.call === "publish") publication?.publish(step.key, topic.codec.decode(jsonOf(step.n)));
  else if (step.call === "unpublish" && publication?.get(step.key) !== undefined) {
    publication.unpublish(step.key);
  } else if (step.call === "signal") publication?.signalRestarted();
  else if (step.call === "clear") publication?.clearRestarted();
}

/** What memory says is published once more; then the file must hold it. */
function recover(step: Step): void {
  const publication = open.get(step.kind);
  if (step.call !== "publish" || publication === undefined) return;
  const { codec } = publication.topic;
  const held = publication.get(step.key);
  if (held === undefined) return;
  untilItWorks("the value before", () => publication.publish(step.key, held));
  const file = `${topicDirectory(root, publication.topic)}/${step.key}.json`;
  let text = "";
  untilItWorks(`reading ${file}`, () => text = readText(file));
  if (text !== codec.encode(held)) say(`${step.kind} ${step.key}: memory and file differ`);
}

function readText(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (cause) {
    throw new PubsubError("io", "read", { cause });
  }
}

function untilItWorks(what: string, work: () => void, recover = () => {}): void {
  for (let attempt = 1;; attempt++) {
    try {
      return work();
    } catch (error) {
      thrown++;
      if (!(error instanceof PubsubError && error.kind === "io")) say(`${what} threw ${error}`);
      if (attempt === MOST_ATTEMPTS) return say(`${what} never worked: ${error}`);
      // Or the same call of each attempt would be the one that fails.
      for (let n = 0; n < attempt; n++) attemptToRead("/dev/null");
      recover();
    }
  }
}

function attemptToRead(path: string): void {
  try {
    Deno.lstatSync(path);
    readText(path);
  } catch {
    // It only moves what is counted.
  }
}

/** A line whose `write` may be one that fails. */
function say(line: string): void {
  const bytes = new TextEncoder().encode(`${line}\n`);
  for (;;) {
    try {
      return void Deno.stdout.writeSync(bytes);
    } catch (error) {
      if (!(error instanceof Error && /os error/.test(error.message))) throw error;
    }
  }
}
