/** `MetricsMap` of every program that talks to the controller (`spec/controllerconn.md §11.1`). Key `global`. */
import type { MetricsMap } from "../../controllerconn/mod.ts";
import { goMap } from "./go_containers.ts";
import { goInt, goUint } from "./go_scalars.ts";
import { goStruct } from "./go_struct.ts";
import { compareTimes, goTimeType } from "./go_time.ts";
import type { GoType, GoValue } from "./go_type.ts";

/** Counters of one URL; times in milliseconds. */
export const goURLCounters = goStruct({
  TryMsgCount: goInt,
  TryByteCount: goInt,
  SentMsgCount: goInt,
  SentByteCount: goInt,
  RecvMsgCount: goInt,
  RecvByteCount: goInt,
  TotalTimeSpent: goInt,
  SessionResume: goInt,
});
type URLCounters = GoValue<typeof goURLCounters>;

const goControllerConnMetrics = goStruct({
  FailureCount: goUint,
  SuccessCount: goUint,
  LastFailure: goTimeType,
  LastSuccess: goTimeType,
  URLCounters: goMap(goURLCounters),
  AuthFailCount: goUint,
});
type ControllerConnMetrics = GoValue<typeof goControllerConnMetrics>;

/** Interface name → counters; `""` holds the envelope failures. */
export const goMetricsMap: GoType<MetricsMap> = goMap(goControllerConnMetrics);

/** The sum over several maps: counters add, the later time wins, URLs merge (`spec/controllerconn.md §11.1`, AddInto). */
export function mergeMetricsMaps(maps: Iterable<MetricsMap>): MetricsMap {
  const merged = new Map<string, ControllerConnMetrics>();
  for (const map of maps) {
    for (const [ifName, metrics] of Object.entries(map)) {
      merged.set(ifName, addMetrics(merged.get(ifName) ?? goControllerConnMetrics.zero(), metrics));
    }
  }
  return Object.fromEntries(merged);
}

function addMetrics(a: ControllerConnMetrics, b: ControllerConnMetrics): ControllerConnMetrics {
  const urls = new Map(Object.entries(a.URLCounters));
  for (const [url, counters] of Object.entries(b.URLCounters)) {
    urls.set(url, addCounters(urls.get(url) ?? goURLCounters.zero(), counters));
  }
  return {
    FailureCount: a.FailureCount + b.FailureCount,
    SuccessCount: a.SuccessCount + b.SuccessCount,
    LastFailure: later(a.LastFailure, b.LastFailure),
    LastSuccess: later(a.LastSuccess, b.LastSuccess),
    URLCounters: Object.fromEntries(urls),
    AuthFailCount: a.AuthFailCount + b.AuthFailCount,
  };
}

const later = (a: string, b: string) => compareTimes(b, a) > 0 ? b : a;

function addCounters(a: URLCounters, b: URLCounters): URLCounters {
  return {
    TryMsgCount: a.TryMsgCount + b.TryMsgCount,
    TryByteCount: a.TryByteCount + b.TryByteCount,
    SentMsgCount: a.SentMsgCount + b.SentMsgCount,
    SentByteCount: a.SentByteCount + b.SentByteCount,
    RecvMsgCount: a.RecvMsgCount + b.RecvMsgCount,
    RecvByteCount: a.RecvByteCount + b.RecvByteCount,
    TotalTimeSpent: a.TotalTimeSpent + b.TotalTimeSpent,
    SessionResume: a.SessionResume + b.SessionResume,
  };
}
