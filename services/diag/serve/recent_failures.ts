/** The last failures for the page, newest first. Pure. No address's user or password gets in. */
import { purposeOf } from "../../../controllerconn/mod.ts";
import { goTime, isZeroTime, timeMs } from "../../topics/mod.ts";
import type { PortTest } from "../facts/port_outcome.ts";
import type { Report } from "../make_report.ts";
import { oneLine } from "../one_line.ts";
import type { Traffic } from "./prometheus.ts";
import { requestsOf } from "./test_failures.ts";

/** One that came several times stands once, with the time of the last. */
export interface RecentFailure {
  /** RFC 3339. */
  readonly time: string;
  /** Who saw it: diag's checks and port tests, nim's port tests, or an agent by its counters. */
  readonly source: string;
  /** Interface name; `""` for what concerns the whole device. */
  readonly port: string;
  /** Code of the check, kind of the failure, or `unanswered`. */
  readonly kind: string;
  readonly text: string;
  readonly times: number;
}

/** See {@linkcode noFailures}. */
export interface FailureHistory {
  /** Newest first, at most {@linkcode MOST_FAILURES}. */
  readonly list: readonly RecentFailure[];
  /** Checks that fail now. */
  readonly failing: ReadonlySet<string>;
  /** Interface name → the `LastFailed` that was told. */
  readonly portFailures: ReadonlyMap<string, string>;
  /** Counters as they were told last. */
  readonly counts: ReadonlyMap<string, number>;
  /** Agents whose counters by purpose were seen before. */
  readonly agents: ReadonlySet<string>;
}

/** So many are shown. */
export const MOST_FAILURES = 20;
/** What is told of one, in characters. */
const MOST_TEXT = 300;

/** Before anything was seen: what fails or has failed at the first look is told too. */
export const noFailures: FailureHistory = {
  list: [],
  failing: new Set(),
  portFailures: new Map(),
  counts: new Map(),
  agents: new Set(),
};

/** Adds what a report shows: checks that failed since the one before, its port tests, and nim's. */
export function withReport(history: FailureHistory, { diagnosis, facts }: Report): FailureHistory {
  const keyed = diagnosis.findings.map((finding) => ({
    finding,
    key: `${finding.check.code} ${finding.ifName ?? ""}`,
  }));
  const time = goTime(facts.now);
  const checks = keyed.filter(({ key }) => !history.failing.has(key)).map(({ finding }) => ({
    time,
    source: "check",
    port: finding.ifName ?? "",
    kind: finding.check.code,
    text: `${finding.check.title}: ${finding.seen}`,
    times: 1,
  }));
  const failedPorts = (facts.bus.network?.Ports ?? []).filter(({ LastFailed }) => !isZeroTime(LastFailed));
  const portTests = failedPorts
    .filter(({ IfName, LastFailed }) => history.portFailures.get(IfName) !== LastFailed)
    .map(({ IfName, LastFailed, LastError }) => ({
      time: LastFailed,
      source: "nim",
      port: IfName,
      kind: "port test",
      text: LastError || "it has recovered since; the reason is no longer on the bus",
      times: 1,
    }));
  return {
    ...history,
    list: merged(history.list, [...testFailures(facts.tests, time), ...portTests, ...checks]),
    failing: new Set(keyed.map(({ key }) => key)),
    portFailures: new Map(failedPorts.map(({ IfName, LastFailed }) => [IfName, LastFailed])),
  };
}

/** Adds what the counters of the agents show. diag's own are left out: its tests say more. */
export function withTraffic(
  history: FailureHistory,
  { maps, byPurpose, now }: Pick<Traffic, "maps" | "byPurpose" | "now">,
): FailureHistory {
  const counts = new Map<string, number>();
  const seen: RecentFailure[] = [];
  const count = (key: string, value: number, failure: Omit<RecentFailure, "times">) => {
    const before = history.counts.get(key) ?? 0;
    counts.set(key, value);
    // A program that began anew counts from 0.
    const times = value < before ? value : value - before;
    if (times > 0) seen.push({ ...failure, times });
  };
  const lastFailure = (agent: string, port: string) => {
    const time = maps.get(agent)?.[port]?.LastFailure;
    return time === undefined || isZeroTime(time) ? goTime(now) : time;
  };
  for (const [agent, ports] of byPurpose) {
    for (const [port, each] of Object.entries(ports)) {
      const time = history.agents.has(agent) ? goTime(now) : lastFailure(agent, port);
      for (const [purpose, { Failures }] of Object.entries(each)) {
        const text = `nobody answered a request for ${purpose}`;
        count(`${agent} ${port} ${purpose}`, Failures, {
          time,
          source: agent,
          port,
          kind: "unanswered",
          text,
        });
      }
    }
  }
  for (const [agent, map] of maps) {
    for (const [port, { FailureCount, AuthFailCount }] of agent === "diag" ? [] : Object.entries(map)) {
      const about = { time: lastFailure(agent, port), source: agent, port };
      if (port === "") {
        const text = "the envelope of an answer was refused";
        count(`${agent} envelope`, AuthFailCount, { ...about, kind: "envelope", text });
      } else if (!byPurpose.has(agent)) {
        const text = "nobody answered a request";
        count(`${agent} ${port}`, FailureCount, { ...about, kind: "unanswered", text });
      }
    }
  }
  return { ...history, list: merged(history.list, seen), counts, agents: new Set(byPurpose.keys()) };
}

function testFailures(tests: ReadonlyMap<string, PortTest> | undefined, time: string): RecentFailure[] {
  return [...tests ?? []].flatMap(([port, test]) =>
    requestsOf(test).flatMap((request) =>
      request.failures.map(({ failure: { kind, text }, times }) => ({
        time,
        source: "diag",
        port,
        kind,
        text: `${purposeOf(request.url)}, ${request.url}: ${text}`,
        times,
      }))
    )
  );
}

/** An equal one is counted to the one that is there; of those beyond the bound the oldest go. */
function merged(list: readonly RecentFailure[], seen: readonly RecentFailure[]): readonly RecentFailure[] {
  if (seen.length === 0) return list;
  const byWord = new Map(list.toReversed().map((failure) => [wordOf(failure), failure]));
  for (const raw of seen) {
    const failure = { ...raw, text: shown(raw.text) };
    const word = wordOf(failure);
    const before = byWord.get(word);
    const times = failure.times + (before?.times ?? 0);
    const time = before !== undefined && timeMs(before.time) > timeMs(failure.time)
      ? before.time
      : failure.time;
    byWord.delete(word);
    byWord.set(word, { ...failure, time, times });
  }
  return [...byWord.values()].reverse()
    .sort((a, b) => timeMs(b.time) - timeMs(a.time))
    .slice(0, MOST_FAILURES);
}

function wordOf({ source, port, kind, text }: RecentFailure): string {
  return JSON.stringify([source, port, kind, text]);
}

function shown(text: string): string {
  return oneLine(text).slice(0, MOST_TEXT);
}
