/** What came of a soak, for the terminal, as a page, as JSON and as a picture. Pure. */
import { textTable } from "../../scripts/text_table.ts";
import { faultText, planText } from "./plan.ts";
import { type Mark, svgOf } from "./plot.ts";
import type { Performed } from "./performing.ts";
import type { SoakResult } from "./soak.ts";
import type { Sample } from "./trend.ts";

/** The files of a report: name → text. */
export function reportFiles(result: SoakResult): Readonly<Record<string, string>> {
  return {
    "report.md": page(result),
    "report.json": `${JSON.stringify(result, undefined, 1)}\n`,
    "report.svg": picture(result),
  };
}

/** Whether all is well. */
export function passed({ checks }: SoakResult): boolean {
  return checks.every(({ wrong }) => wrong.length === 0);
}

/** Tables that read well on a terminal and in Markdown. */
export function summary(result: SoakResult): string {
  return [programTable(result), faultTable(result), deliveryTable(result), checkTable(result)].join("\n\n");
}

function page(result: SoakResult): string {
  const { form, minutes, seconds, seed, settledSeconds, plan } = result;
  return `# Soak: ${passed(result) ? "passed" : "FAILED"}

${minutes} minutes of faults with seed ${seed}, form \`${form}\`; at rest ${
    settledSeconds.toFixed(1)
  } s after the last fault, ${seconds.toFixed(0)} s in all. Again:

    ./scripts/run soak --minutes ${minutes} --seed ${seed} --form ${form}

![memory, descriptors and waiting logs over time](report.svg)

${summary(result)}

## The plan

${planText(plan).replaceAll(/^/gm, "    ")}
`;
}

function programTable({ trends }: SoakResult): string {
  return textTable([
    ["program", "lives", "judged life", "PSS MB", "peak", "descriptors", "peak", "verdict"],
    ...trends.map(({ program, lives, judgedSeconds, pssMb, descriptors, verdict }) => [
      program,
      String(lives),
      `${judgedSeconds.toFixed(0)} s`,
      `${pssMb.before.toFixed(1)} → ${pssMb.after.toFixed(1)}`,
      pssMb.peak.toFixed(1),
      `${descriptors.before} → ${descriptors.after}`,
      String(descriptors.peak),
      verdict,
    ]),
  ]);
}

function faultTable({ performed, configurations, deliveries, refusedLogs }: SoakResult): string {
  const byText = Map.groupBy(performed, ({ fault }) => faultText(fault));
  const rows = Array.from(byText, ([text, same]) => {
    const seconds = same.reduce((sum, { from, to }) => sum + to - from, 0) / 1000;
    return [text, String(same.length), seconds === 0 ? "" : `${seconds.toFixed(0)} s`];
  });
  return textTable([
    ["what happened", "times", "in all"],
    ...rows.sort(([a = ""], [b = ""]) => a < b ? -1 : 1),
    ["another configuration", String(configurations), ""],
    ["a log file written", String(deliveries.written), ""],
    ["a log file refused by the full disk", String(refusedLogs), ""],
  ]);
}

function deliveryTable({ deliveries }: SoakResult): string {
  const { once, excused, lost, unexcused, quarantined, strange } = deliveries;
  return textTable([
    ["log files", "number"],
    ["delivered once", String(once)],
    ["delivered again: kill -9 between answer and mark", String(excused.kill)],
    [
      "delivered again: the controller stopped before its answer was there",
      String(excused["controller-stop"]),
    ],
    ["delivered again: the port was gone before the answer was there", String(excused.port)],
    ["delivered again for no known reason", String(unexcused.length)],
    ["given up and counted (failedUpload)", String(quarantined.length)],
    ["lost", String(lost.length)],
    ["arrived that nobody wrote", String(strange.length)],
  ]);
}

function checkTable({ checks }: SoakResult): string {
  return textTable([
    ["check", "result"],
    ...checks.map(({ name, wrong }) => [name, wrong.length === 0 ? "ok" : `FAILED: ${wrong.join("; ")}`]),
  ]);
}

function picture({ form, minutes, seed, seconds, seen, performed, planFrom }: SoakResult): string {
  const programs = [...new Set(seen.samples.map(({ program }) => program))];
  const lines = (value: (sample: Sample) => number) =>
    programs.map((name) => ({
      name,
      points: seen.samples.filter(({ program }) => program === name).map((sample) =>
        [sample.atMs / 1000, value(sample)] as const
      ),
    }));
  return svgOf({
    title: `Soak of ${minutes} min, form ${form}, seed ${seed}`,
    seconds,
    panels: [
      { title: "Memory, PSS in MB", lines: lines(({ pssKb }) => pssKb / 1024) },
      { title: "Descriptors", lines: lines(({ descriptors }) => descriptors) },
      {
        title: "Log files that wait",
        lines: [{
          name: "files",
          points: seen.waiting.map(({ atMs, files }) => [atMs / 1000, files] as const),
        }],
      },
    ],
    marks: marksOf(performed, planFrom),
  });
}

const markNames = {
  "kill": "kill -9",
  "controller-stop": "controller stopped",
  "bad-answers": "controller answers badly",
  "port": "port gone",
  "clock": "clock wrong",
  "disk-full": "disk full",
} as const;

function marksOf(performed: readonly Performed[], planFrom: number): Mark[] {
  const first = Math.min(...performed.map(({ from }) => from));
  const start = performed.find(({ from }) => from === first);
  const offset = start === undefined ? 0 : planFrom + start.plannedMs / 1000;
  const seconds = (at: number) => offset + (at - first) / 1000;
  return performed.map(({ fault, from, to }) => ({
    name: markNames[fault.kind],
    from: seconds(from),
    to: seconds(to),
  }));
}
