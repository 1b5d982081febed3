/**
 * `bus_bridge`: from the call of `publish` to the packet at a subscriber of another make (Python) on the bridge's socket. Bare: a
 * rename, seen by a bare `Deno.watchFs` in a second process, read, parsed, sent as one unix datagram to a Python process. Two more:
 * that datagram alone, and the handler of one of our own subscribers, which needs no bridge.
 */
import { socketPath } from "../../services/pubsub/mod.ts";
import { topics } from "../../services/topics/mod.ts";
import type { Bench } from "./bench.ts";
import { small, withRoot } from "./bus_value.ts";
import { type Child, startChild, startScript } from "../site/child.ts";
import { datagramSender } from "./datagram.ts";
import { delivery, folders, subscriber, TURN } from "./deliveries.ts";
import { interleave, percentile } from "./rounds.ts";

const ROUNDS = 1000;
const FILE = "key.json";
/** One that the bridge serves, of the same values. */
const topic = topics.zedagent.EdgeNodeInfo;

/** See the file's head. */
export const busBridgeBench: Bench = {
  name: "bus_bridge",
  run: ({ memoryFolder }) =>
    withRoot(memoryFolder, async (root, bus) => {
      const served = bus.publication(topic);
      const followed = bus.publication(small.topic(false));
      const { elsewhere, relayed } = folders(root, "elsewhere", "relayed");
      const [relaySocket, aloneSocket] = [`${root}/relay.sock`, `${root}/alone.sock`];
      await using _bridge = startBridge(root);
      await using packets = await reader("bridge", socketPath(root, topic) ?? "", topic.name);
      await using relayPackets = await reader("datagram", relaySocket);
      await using _relay = await relay(relayed, relaySocket);
      await using alone = await reader("datagram", aloneSocket);
      await using handler = await subscriber(root, small);
      const send = datagramSender(aloneSocket);
      const times = await interleave(
        [
          delivery("ours", small, elsewhere, [packets], ({ value }) => served.publish("global", value)),
          delivery("relay", small, elsewhere, [relayPackets], ({ temporary }) => {
            Deno.renameSync(temporary, `${relayed}/${FILE}`);
          }),
          delivery("datagram", small, elsewhere, [alone], ({ bytes }) => send(bytes)),
          delivery("handler", small, elsewhere, [handler], ({ value }) => followed.publish("key", value)),
        ],
        ROUNDS,
        TURN,
        TURN,
      );
      const row = (what: string, ours: string, bare: string, share: number) => ({
        what: `publish to a subscriber of the bridge, 200 B, ${what}`,
        unit: "ms",
        ours: percentile(times.get(ours), share),
        bare: percentile(times.get(bare), share),
        budget: { kind: "none" } as const,
      });
      return [
        row("p50", "ours", "relay", 0.5),
        row("p99", "ours", "relay", 0.99),
        row("p50, bare: the datagram alone", "ours", "datagram", 0.5),
        row("p50, bare: our own publish to handler", "ours", "handler", 0.5),
      ];
    }),
};

/** From source: the executable may not write below `/dev`, and its log is of no use here. */
function startBridge(root: string): Child {
  const options = ["run", "--quiet", "--no-lock", "--no-check", "--allow-all"];
  return startChild(Deno.execPath(), [...options, "services/bridge/main.ts", "--root", root], true);
}

/** Resolves when the dump is over, or the socket is bound. */
async function reader(...args: string[]): Promise<Child> {
  const child = startChild("python3", ["tests/bench/children/packet_reader.py", ...args]);
  await child.line();
  return child;
}

async function relay(folder: string, socket: string): Promise<Child> {
  const child = startScript("tests/bench/children/bare_relay.ts", folder, FILE, socket);
  await child.line();
  return child;
}
