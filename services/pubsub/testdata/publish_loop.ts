/**
 * A publisher in a process of its own: `publish_loop.ts <root> <plain|persistent> <first>`.
 * Prints `ready <entries> <restarted>`, publishes counting values under three keys as fast as it can, until it is killed.
 * A first value of -1: it only signals a restart, unpublishes `k0`, prints `done` and waits.
 */
import { openBus } from "../mod.ts";
import { reading, readingTopic } from "./reading.ts";

const [root = "", kind = "", first = "0"] = Deno.args;
const bus = openBus({
  root,
  signal: new AbortController().signal,
  report: (error) => {
    throw error;
  },
});
const publication = bus.publication(readingTopic("meter", { persistent: kind === "persistent" }));
say(`ready ${publication.getAll().size} ${publication.restarted}`);
if (first === "-1") {
  publication.unpublish("k0");
  publication.signalRestarted();
  say("done");
  await new Promise((resolve) => setTimeout(resolve, 60_000));
}
for (let n = Number(first);; n++) {
  publication.publish(`k${n % 3}`, reading(n, "x".repeat(n % 5000)));
  if (n % 50 === 49) publication.signalRestarted();
}

function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}
