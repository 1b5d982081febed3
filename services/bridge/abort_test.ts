/** SIGTERM in the middle of whatever the bridge does: it ends within 2 s, and its sockets and files are gone. */
import { assert, assertEquals } from "@std/assert";
import { until } from "../agent/test_device.ts";
import { socketPath } from "../pubsub/mod.ts";
import { runBridge, type RunningBridge, textTopic } from "./testdata/running_bridge.ts";
import { Subscriber } from "./testdata/subscriber.ts";

const topic = textTopic("zedagent", "AttestNonce");
const other = textTopic("nim", "DeviceNetworkStatus");
const long = (n: number) => `{"N":${n},"Text":"${"x".repeat(40_000)}"}`;
const large = (n: number) => `{"N":${n},"pubsub-large-X":"${"x".repeat(60_000)}"}`;

/** What a phase leaves to be closed after the end. */
type Open = readonly Disposable[];

/** What is going on when it is asked to end. */
const phases: Readonly<Record<string, (bridge: RunningBridge) => Promise<Open> | Open>> = {
  "at once": () => [],
  "without an owner": async (bridge) => {
    await until("it waits", () => bridge.device.logged.length > 0);
    return [];
  },
  "a subscriber has not asked yet": async (bridge) => {
    bridge.bus.publication(topic);
    await bridge.untilServed(topic);
    return [new Subscriber(socketPath(bridge.root, topic) ?? "")];
  },
  "a dump stands still at a reader that does not read": async (bridge) => {
    const publication = bridge.bus.publication(topic);
    for (let n = 0; n < 50; n++) publication.publish(`k${n}`, long(n));
    const subscriber = await bridge.subscribe(topic);
    await subscriber.until("some of it", (packets) => packets.length > 1);
    return [subscriber];
  },
  "a reader leaves its large files": async (bridge) => {
    const publication = bridge.bus.publication(topic);
    for (let n = 0; n < 80; n++) publication.publish(`k${n}`, large(n));
    const subscriber = await bridge.subscribe(topic);
    await subscriber.until("as many as it may have", (packets) => packets.length > 64);
    return [subscriber];
  },
  "an owner is just ending": async (bridge) => {
    const owner = bridge.open();
    owner.bus.publication(topic).publish("a", long(1));
    const subscriber = await bridge.subscribe(topic);
    owner.end();
    return [subscriber];
  },
  "owners come": (bridge) => {
    for (const each of [topic, other]) bridge.bus.publication(each).publish("a", long(1));
    return [];
  },
};

for (const [what, prepare] of Object.entries(phases)) {
  Deno.test(`asked to end while this goes on: ${what}`, async () => {
    await using bridge = runBridge([topic, other]);
    const left = await prepare(bridge);
    const begin = performance.now();
    assertEquals(await bridge.end(), 0);
    assert(performance.now() - begin < 2000, `${performance.now() - begin} ms`);
    for (const each of [topic, other]) assert(!bridge.exists(socketPath(bridge.root, each) ?? ""));
    const folder = `${bridge.root}/persist/pubsub-large/zedagent/AttestNonce`;
    if (bridge.exists(folder)) assertEquals([...Deno.readDirSync(folder)], []);
    assertEquals(bridge.device.logged.filter((line) => line.startsWith("ERROR")), []);
    left.forEach((each) => each[Symbol.dispose]());
  });
}
