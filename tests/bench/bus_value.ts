/** What the benches of the bus publish: zedagent's `EdgeNodeInfo`, 200 bytes of JSON, under an agent name of their own. */
import { type Bus, openBus, type Topic } from "../../services/pubsub/mod.ts";
import { topics } from "../../services/topics/mod.ts";

const { codec } = topics.zedagent.EdgeNodeInfo;

/** The value of `zedagent/EdgeNodeInfo`. */
export type EdgeNodeInfo = ReturnType<typeof codec.decode>;

/** Bytes of JSON of each value. */
export const VALUE_BYTES = 200;

/** The same shape on a topic that no program owns. */
export function benchTopic(persistent: boolean): Topic<EdgeNodeInfo> {
  return { agent: "bench", name: "EdgeNodeInfo", persistent, codec };
}

/** A value that differs from those of all other versions. */
export function busValue(version: number): EdgeNodeInfo {
  const value = { ...codec.decode("{}"), ProjectName: "bench", DeviceName: `v${version}` };
  const missing = VALUE_BYTES - codec.encode(value).length;
  return { ...value, EnterpriseName: "x".repeat(missing) };
}

/** The JSON of a value, as bytes. */
export function bytesOf(value: EdgeNodeInfo): Uint8Array {
  return new TextEncoder().encode(codec.encode(value));
}

/** A bus that lets no report go unseen. */
export function strictBus(root: string, signal: AbortSignal): Bus {
  return openBus({
    root,
    signal,
    report: (error) => {
      throw error;
    },
  });
}

/** Runs `work` with a bus over a new folder below `parent`, and removes it. */
export async function withRoot<T>(
  parent: string,
  work: (root: string, bus: Bus) => Promise<T>,
): Promise<T> {
  const root = Deno.makeTempDirSync({ dir: parent, prefix: "eve-comms-bench-" });
  const ending = new AbortController();
  try {
    return await work(root, strictBus(root, ending.signal));
  } finally {
    ending.abort();
    await new Promise((resolve) => setTimeout(resolve, 0));
    Deno.removeSync(root, { recursive: true });
  }
}
