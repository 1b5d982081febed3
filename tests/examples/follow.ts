// deno-lint-ignore-file no-console
/**
 * Follows a topic of EVE's bus and prints what changes, until SIGTERM.
 *
 *     deno run --allow-read=ROOT/run follow.ts ROOT AGENT TOPIC
 *
 * ROOT is `""` on a device.
 */
import { pubsub } from "../../mod.ts";

const [root = "", agent = "", name = ""] = Deno.args;
const ending = new AbortController();
Deno.addSignalListener("SIGTERM", () => ending.abort());
const bus = pubsub.openBus({ root, signal: ending.signal, report: (error) => console.log(error.message) });
const topic: pubsub.Topic<string> = { agent, name, persistent: false, codec: pubsub.textCodec };
bus.subscription(topic, {
  create: (key, text) => console.log(`new ${key} ${text}`),
  modify: (key, text) => console.log(`changed ${key} ${text}`),
  delete: (key) => console.log(`gone ${key}`),
  sync: () => console.log("all read"),
}).activate();
