/** The whole report (`spec/diag.md §4`). Pure. */
import { DPCState, goTime } from "../../topics/mod.ts";
import { gateIsOpen } from "../bus/view.ts";
import type { Diagnosis } from "../checks/evaluate.ts";
import type { Facts } from "../facts/facts.ts";
import { deviceLines, identityLines, ledLine, updateLines } from "./device_lines.ts";
import { diagnosisLines } from "./diagnosis_lines.ts";
import { line, type ReportLine } from "./line.ts";
import { lookupLines, portConfigLines, portCountLine, verdictLine } from "./network_lines.ts";
import { portLines } from "./port_lines.ts";
import { appSummaryLines, logLines, workloadLines } from "./workload_lines.ts";

/** What a report is made of. */
export interface ReportInput {
  /** Milliseconds since 1970, at its start. */
  readonly startedAt: number;
  /** The word of `spec/diag.md §3`; `once` for `--once`. */
  readonly trigger: string;
  readonly facts: Facts;
  readonly diagnosis: Diagnosis;
  /** False for `--once`, which tells what is missing in place of waiting for it. */
  readonly gated: boolean;
  /** `-p` */
  readonly showPac: boolean;
}

/** In the order in which operators know it; the diagnosis comes first. */
export function reportLines(input: ReportInput): ReportLine[] {
  const { facts, diagnosis, gated, showPac } = input;
  const { bus } = facts;
  const head = [
    headerLine(input.startedAt, input.trigger),
    ...diagnosisLines(diagnosis),
    ...deviceLines(bus),
    ...appSummaryLines(bus),
  ];
  if (gated && !gateIsOpen(bus)) return head;
  const detailed = facts.tests !== undefined || bus.network?.State !== DPCState.DPC_SUCCESS;
  return [
    ...head,
    ledLine(bus),
    ...identityLines(facts),
    ...updateLines(bus),
    ...portConfigLines(bus),
    ...(bus.network === undefined ? [] : [portCountLine(bus.network)]),
    ...portLines(facts, detailed, showPac),
    ...(detailed ? lookupLines(facts) : []),
    ...(detailed ? [verdictLine(facts)] : []),
    ...logLines(facts),
    ...workloadLines(bus),
  ];
}

/** A. */
export function headerLine(now: number, trigger: string): ReportLine {
  return { ...line("INFO", `report ${goTime(now)} caused by ${trigger}`), spaceBefore: true };
}
