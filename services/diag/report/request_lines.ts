/** Lines about the requests over one port (`spec/diag.md §5`). Pure. */
import { lastFailure, passed, type PortTest, type RequestOutcome } from "../facts/port_outcome.ts";
import { line, type ReportLine } from "./line.ts";

const withoutScheme = (url: string) => url.replace(/^https?:\/\//, "");

/** Ping, then uuid or the remote probes. */
export function testLines(ifName: string, test: PortTest): ReportLine[] {
  return [
    ...requestLines(ifName, test.ping, "ping"),
    ...probeLines(ifName, test),
    ...(test.uuid === undefined ? [] : requestLines(ifName, test.uuid, "uuid")),
    ...(passed(test) ? [line("PASS", `${ifName}: the controller answers and knows this device`)] : []),
  ];
}

/** A failing attempt is told once, with how often it came (D6). */
export function requestLines(ifName: string, outcome: RequestOutcome, name: string): ReportLine[] {
  const { method, url, failures, success, proxy, tries, cut } = outcome;
  const lines: ReportLine[] = [];
  const what = `${ifName}: ${method} ${withoutScheme(url)}`;
  if (proxy !== undefined) lines.push(line("INFO", `${ifName}: through proxy ${proxy}`));
  for (const { failure, times } of failures) {
    lines.push(line("ERROR", `${what}: ${failure.text}${times > 1 ? ` (${times} times)` : ""}`));
  }
  if (success !== undefined) lines.push(line("INFO", `${what}: ${success}`));
  else if (tries > 1 || cut !== undefined) {
    const retries = tries - 1;
    const why = cut === undefined ? "" : `, ${cut}`;
    lines.push(
      line(
        "ERROR",
        `${ifName}: gave up ${name} after ${retries} ${retries === 1 ? "retry" : "retries"}${why}`,
      ),
    );
  }
  return lines;
}

function probeLines(ifName: string, { ping, probes }: PortTest): ReportLine[] {
  if (probes.length === 0) return [];
  const controller = withoutScheme(ping.url).split("/")[0];
  return [
    line("INFO", `${ifName}: controller not reachable, trying ${probes.map(({ url }) => url).join(", ")}`),
    ...probes.map((probe) => {
      if (probe.success !== undefined) {
        return line("WARNING", `${ifName}: ${probe.url} answers ${probe.success}, ${controller} does not`);
      }
      const why = lastFailure(probe)?.text ?? "no answer";
      const times = probe.tries > 1 ? ` (${probe.tries} times)` : "";
      return line("ERROR", `${ifName}: ${probe.url} not reachable either: ${why}${times}`);
    }),
  ];
}
