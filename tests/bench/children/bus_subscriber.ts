/**
 * A subscriber of the benches' topic: `bus_subscriber.ts <root> <plain|persistent>`. Says `sync`, then for each event
 * `<create|modify|delete> <DeviceName> <monotonic milliseconds>`.
 */
import { benchTopic, strictBus } from "../bus_value.ts";
import { monotonicMs } from "../monotonic.ts";
import { say } from "../stdio.ts";

const [root = "", kind = ""] = Deno.args;
const bus = strictBus(root, new AbortController().signal);
monotonicMs();
bus.subscription(benchTopic(kind === "persistent"), {
  create: (_key, value) => tell("create", value.DeviceName, monotonicMs()),
  modify: (_key, value) => tell("modify", value.DeviceName, monotonicMs()),
  delete: (_key, value) => tell("delete", value.DeviceName, monotonicMs()),
  sync: () => say("sync"),
}).activate();

function tell(kind: string, name: string, at: number): void {
  say(`${kind} ${name} ${at}`);
}
