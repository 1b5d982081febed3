/**
 * A process that only holds its part of the bus: `idle_bus.ts <root> <publications> <subscriptions>`. The publications are the
 * topics `bench/Own0` …, each with an entry; the subscriptions follow `neighbour/Topic0` …. Says `ready`, waits for SIGTERM.
 */
import { small, strictBus } from "../bus_value.ts";
import { say } from "../stdio.ts";

const [root = "", publications = "", subscriptions = ""] = Deno.args;
const ending = new AbortController();
const bus = strictBus(root, ending.signal);
const topic = (agent: string, name: string) => ({ ...small.topic(false), agent, name });
for (let n = 0; n < Number(publications); n++) {
  bus.publication(topic("bench", `Own${n}`)).publish("global", small.value(n));
}
for (let n = 0; n < Number(subscriptions); n++) bus.subscription(topic("neighbour", `Topic${n}`)).activate();
const alive = setInterval(() => {}, 3_600_000);
Deno.addSignalListener("SIGTERM", () => {
  ending.abort();
  clearInterval(alive);
  Deno.exit(0);
});
say("ready");
