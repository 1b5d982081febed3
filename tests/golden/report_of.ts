/** The whole report of one situation, as the page gets it. */
import { evaluate } from "../../services/diag/checks/evaluate.ts";
import type { Facts } from "../../services/diag/facts/facts.ts";
import type { Report } from "../../services/diag/make_report.ts";
import { jsonReport } from "../../services/diag/report/json.ts";
import { reportLines } from "../../services/diag/report/report.ts";
import { situations } from "./situations.ts";

/** @throws {Error} if there is none of that name */
export function reportOf(name: string): Report {
  const situation = situations[name];
  if (situation === undefined) throw new Error(`no situation ${name}`);
  return reportFrom(situation.facts, situation.trigger);
}

/** The whole report of these facts. */
export function reportFrom(facts: Facts, trigger = "first"): Report {
  const diagnosis = evaluate(facts);
  const lines = reportLines({
    startedAt: facts.now,
    trigger,
    facts,
    diagnosis,
    gated: false,
    showPac: false,
  });
  return {
    lines,
    facts,
    diagnosis,
    json: jsonReport({ startedAt: facts.now, trigger, facts, diagnosis, lines }),
  };
}
