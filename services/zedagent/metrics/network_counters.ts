/** `zedrouter/NetworkMetrics`: counters of interfaces, of which only some members are read (`spec/zedagent.md §15`). Pure. */
import { type JsonValue, type RawObject, setOwn } from "../../topics/mod.ts";

/** Members of one entry → fields of `networkMetric`. */
const counterFields = {
  TxBytes: "txBytes",
  RxBytes: "rxBytes",
  TxDrops: "txDrops",
  RxDrops: "rxDrops",
  TxPkts: "txPkts",
  RxPkts: "rxPkts",
  TxErrors: "txErrors",
  RxErrors: "rxErrors",
  TxAclDrops: "txAclDrops",
  RxAclDrops: "rxAclDrops",
  TxAclRateLimitDrops: "txAclRateLimitDrops",
  RxAclRateLimitDrops: "rxAclRateLimitDrops",
} as const;

/** Counters under their names in `networkMetric`. */
export type NetworkCounters = {
  readonly [Member in keyof typeof counterFields as (typeof counterFields)[Member]]?: number;
};

/** Interface name → counters; empty without the topic, or where it has another form. */
export function networkCounters(metrics: RawObject | undefined): ReadonlyMap<string, NetworkCounters> {
  const list = metrics?.["MetricList"];
  const found = new Map<string, NetworkCounters>();
  for (const entry of Array.isArray(list) ? list : []) {
    const ifName: JsonValue = member(entry, "IfName");
    if (typeof ifName !== "string" || ifName === "") continue;
    found.set(ifName, interfaceCounters(entry));
  }
  return found;
}

/** `TotalRuleCount` of the topic; `undefined` without it, or where it has another form. */
export function aclRuleCount(metrics: RawObject | undefined): number | undefined {
  const count = member(metrics, "TotalRuleCount");
  return (typeof count === "number" || typeof count === "bigint") && count >= 0
    ? Math.trunc(Number(count))
    : undefined;
}

/** Those of one entry. */
export function interfaceCounters(entry: unknown): NetworkCounters {
  const counters: Record<string, number> = {};
  for (const [name, field] of Object.entries(counterFields)) {
    const value = member(entry, name);
    if ((typeof value === "number" || typeof value === "bigint") && value >= 0) {
      setOwn(counters, field, Math.trunc(Number(value)));
    }
  }
  return counters;
}

/** The same, seen from the other end of the wire. */
export function swappedCounters(counters: NetworkCounters): NetworkCounters {
  const swapped: Record<string, number> = {};
  for (const [field, value] of Object.entries(counters)) {
    setOwn(swapped, (field.startsWith("tx") ? "rx" : "tx") + field.slice(2), value);
  }
  return swapped;
}

function member(value: unknown, name: string): JsonValue {
  if (typeof value !== "object" || value === null) return null;
  const found: JsonValue | undefined = Reflect.get(value, name);
  return found ?? null;
}
