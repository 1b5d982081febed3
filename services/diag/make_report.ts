/** From the facts of this moment to one report, in all the forms it is wanted in. */
import type { Device } from "../agent/mod.ts";
import { type Diagnosis, evaluate } from "./checks/evaluate.ts";
import type { Facts } from "./facts/facts.ts";
import { gatherFacts, type Gathering } from "./facts/gather.ts";
import { jsonReport } from "./report/json.ts";
import type { ReportLine } from "./report/line.ts";
import { reportLines } from "./report/report.ts";

/** One report. */
export interface Report {
  readonly lines: readonly ReportLine[];
  readonly facts: Facts;
  readonly diagnosis: Diagnosis;
  /** For `JSON.stringify`. */
  readonly json: ReturnType<typeof jsonReport>;
}

/** What a report says beside the facts. */
export interface ReportWish {
  readonly trigger: string;
  readonly gated: boolean;
  readonly showPac: boolean;
}

/** Never throws. */
export async function makeReport(device: Device, gathering: Gathering, wish: ReportWish): Promise<Report> {
  const startedAt = device.clock.now();
  const facts = await gatherFacts(device, gathering);
  const diagnosis = evaluate(facts);
  const lines = reportLines({ startedAt, facts, diagnosis, ...wish });
  const json = jsonReport({ startedAt, trigger: wish.trigger, facts, diagnosis, lines });
  return { lines, facts, diagnosis, json };
}
