/**
 * Subscribers of a bench's topic: `bus_subscriber.ts <root> <small|large> <plain|persistent> [<subscriptions>]`. Says `sync`
 * when all are in sync, then a line when all have had the same version: `<version> <monotonic milliseconds of the last
 * handler> <handlers called so far>`. It waits for no version: one that some never saw is left out.
 */
import { large, type Shape, small, strictBus } from "../bus_value.ts";
import { monotonicMs } from "../monotonic.ts";
import { say } from "../stdio.ts";

const [root = "", shape = "", kind = "", count = "1"] = Deno.args;
if (shape === large.name) follow(large);
else follow(small);

function follow<T>({ topic, versionOf }: Shape<T>): void {
  const bus = strictBus(root, new AbortController().signal);
  const subscriptions = Number(count);
  let [synced, called, version, reached] = [0, 0, NaN, 0];
  monotonicMs();
  const take = (_key: string, value: T) => {
    const at = monotonicMs();
    called++;
    const now = versionOf(value);
    reached = now === version ? reached + 1 : 1;
    version = now;
    if (reached === subscriptions && synced === subscriptions) say(`${version} ${at} ${called}`);
  };
  const sync = () => {
    if (++synced === subscriptions) say("sync");
  };
  for (let n = 0; n < subscriptions; n++) {
    bus.subscription(topic(kind === "persistent"), { create: take, modify: take, sync }).activate();
  }
}
