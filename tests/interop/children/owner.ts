/** Owns `zedagent/AttestNonce` below the root given, publishes two values once, says so, and stays. */
import { openBus } from "../../../services/pubsub/mod.ts";
import { topics } from "../../../services/topics/mod.ts";

const bus = openBus({
  root: Deno.args[0] ?? "",
  signal: new AbortController().signal,
  report: (error) => {
    throw error;
  },
});
const publication = bus.publication(topics.zedagent.AttestNonce);
for (const key of ["a", "b"]) publication.publish(key, { Nonce: null, Requester: key });
if (publication.restarted === 0) publication.signalRestarted();
await Deno.stdout.write(new TextEncoder().encode("published\n"));
setInterval(() => {}, 1000);
