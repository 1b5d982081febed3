/** What the benches of the bus publish, under an agent name of their own: a small value and a large one. */
import type { MetricsMap } from "../../controllerconn/mod.ts";
import { type Bus, openBus, type Topic } from "../../services/pubsub/mod.ts";
import { topics } from "../../services/topics/mod.ts";

/** One kind of value. */
export interface Shape<T> {
  readonly name: "small" | "large";
  /** For people, e.g. `40 kB`. */
  readonly what: string;
  /** Bytes of JSON of each value. */
  readonly bytes: number;
  /** A topic that no program owns. */
  topic(persistent: boolean): Topic<T>;
  /** A value that differs from those of all other versions; up to nine digits. */
  value(version: number): T;
  versionOf(value: T): number;
}

const { EdgeNodeInfo, MetricsMap } = topics.zedagent;

/** The value of `zedagent/EdgeNodeInfo`. */
export type EdgeNodeInfo = ReturnType<typeof EdgeNodeInfo.codec.decode>;

/** zedagent's `EdgeNodeInfo`: a few texts. */
export const small: Shape<EdgeNodeInfo> = {
  name: "small",
  what: "200 B",
  bytes: 200,
  topic: (persistent) => ({ agent: "bench", name: "EdgeNodeInfo", persistent, codec: EdgeNodeInfo.codec }),
  value(version) {
    const value = { ...EdgeNodeInfo.codec.decode("{}"), ProjectName: "bench", DeviceName: `v${version}` };
    const missing = small.bytes - EdgeNodeInfo.codec.encode(value).length;
    return { ...value, EnterpriseName: "x".repeat(missing) };
  },
  versionOf: ({ DeviceName }) => Number(DeviceName.slice(1)),
};

/** zedagent's `MetricsMap` of 200 URLs: 1600 numbers, two times. */
export const large: Shape<MetricsMap> = {
  name: "large",
  what: "40 kB",
  bytes: 40_000,
  topic: (persistent) => ({ agent: "bench", name: "MetricsMap", persistent, codec: MetricsMap.codec }),
  value(version) {
    const counters = (seed: number) => ({
      TryMsgCount: seed,
      TryByteCount: 1_000_000 + seed,
      SentMsgCount: seed,
      SentByteCount: 900_000 + seed,
      RecvMsgCount: seed,
      RecvByteCount: 80_000 + seed,
      TotalTimeSpent: 7_000 + seed,
      SessionResume: 0,
    });
    const metricsWith = (padding: number): MetricsMap => ({
      eth0: {
        FailureCount: 3,
        SuccessCount: version,
        LastFailure: "2026-08-22T10:11:12.123456789Z",
        LastSuccess: "2026-08-22T10:11:13.123456789Z",
        URLCounters: Object.fromEntries(
          Array.from({ length: 190 }, (_, n) => [`https://controller.example.com/api/v2/${n}`, counters(n)]),
        ),
        AuthFailCount: 0,
      },
      ["x".repeat(padding)]: {
        FailureCount: 0,
        SuccessCount: 0,
        LastFailure: "0001-01-01T00:00:00Z",
        LastSuccess: "0001-01-01T00:00:00Z",
        URLCounters: {},
        AuthFailCount: 0,
      },
    });
    return metricsWith(large.bytes - MetricsMap.codec.encode(metricsWith(0)).length);
  },
  versionOf: (value) => value["eth0"]?.SuccessCount ?? NaN,
};

/** The JSON of a value, as bytes. */
export function bytesOf<T>(shape: Shape<T>, value: T): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(shape.topic(false).codec.encode(value));
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
