/** The diagnosis in front of the report: the first broken layer, its likely cause and the remedy. Pure. */
import type { Diagnosis, Finding } from "../checks/evaluate.ts";
import { line, type ReportLine } from "./line.ts";

/** So many findings have cause and remedy beside them; the console is small. */
const EXPLAINED = 1;
/** So many findings have a line. */
const TOLD = 6;

/** What is broken comes first, in the order of the layers; nothing where nothing is wrong. */
export function diagnosisLines({ findings }: Diagnosis): ReportLine[] {
  const ordered = [
    ...findings.filter(({ level }) => level === "ERROR"),
    ...findings.filter(({ level }) => level === "WARNING"),
  ];
  const lines = ordered.slice(0, TOLD).flatMap((finding, index): ReportLine[] =>
    index < EXPLAINED
      ? [
        line(finding.level, headline(finding)),
        // Texts of the catalogue as they stand: a remedy may show how an address with a password is written.
        { level: "INFO", text: `likely cause: ${finding.check.cause}` },
        { level: "INFO", text: `remedy: ${finding.check.remedy}` },
      ]
      : [line(finding.level, headline(finding))]
  );
  const more = ordered.length - TOLD;
  return more > 0 ? [...lines, line("INFO", `${more} more findings; diag --once --json has all`)] : lines;
}

function headline({ check, ifName, seen }: Finding): string {
  return `${check.code} ${ifName === undefined ? "" : `${ifName}: `}${check.title}: ${seen}`;
}
