/** From the steps of an attempt to the content of its trace file (`spec/controllerconn.md §12.1`). Pure. */
import type { AttemptRecord } from "./attempt_record.ts";
import { withoutCredentials } from "./hidden_values.ts";
import type { NetTraceFile } from "./net_trace.ts";
import { absoluteTime, relativeTime } from "./trace_time.ts";
import { TraceSections } from "./trace_sections.ts";

/** What may be shown. */
export interface NetTraceSetting {
  /** Only the lengths of header values. */
  readonly hideHeaderValues: boolean;
}

/** `METHOD URL via IF src IP ADDR` */
export function traceDescription({ begin }: AttemptRecord): string {
  const { method, url, ifName, sourceAddr } = begin;
  return `${method} ${withoutCredentials(url)} via ${ifName} src IP ${sourceAddr}`;
}

/** All sections are there, whatever happened. */
export function buildNetTrace(record: AttemptRecord, setting: NetTraceSetting): NetTraceFile {
  const sections = new TraceSections(record.begin, setting.hideHeaderValues);
  for (const { at, step } of record.steps) sections.take(step, relativeTime(at));
  const end = record.steps.at(-1)?.at ?? 0;
  return {
    description: traceDescription(record),
    traceBeginAt: absoluteTime(record.beganAt),
    traceEndAt: relativeTime(end),
    ...sections.all,
  };
}
