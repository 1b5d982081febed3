/** `--serve ADDRESS:PORT`: the latest report for a browser, for scripts and for monitoring. Read only. */
import type { MetricsMap, TrafficByPurpose } from "../../../controllerconn/mod.ts";
import { type Device, every, jitter } from "../../agent/mod.ts";
import type { Topic } from "../../pubsub/mod.ts";
import { topics } from "../../topics/mod.ts";
import { readLogFolders } from "../facts/log_folders.ts";
import type { Report } from "../make_report.ts";
import { terminalJson } from "../one_line.ts";
import { printed } from "../report/line.ts";
import { STATUS_CODE } from "@std/http/status";
import { refusalOf } from "./admission.ts";
import { openEventStreams } from "./event_streams.ts";
import type { ListenAddress } from "./listen_address.ts";
import { followGlobal } from "./follow_global.ts";
import { page } from "./page.ts";
import { prometheusText } from "./prometheus.ts";
import { type FailureHistory, noFailures, withReport, withTraffic } from "./recent_failures.ts";
import { type TestFailures, withTestFailures } from "./test_failures.ts";

/** A page that runs until the device ends. */
export interface Served {
  /** Where it listens in fact. */
  readonly address: ListenAddress;
  /** What is to be seen from now on. */
  show(report: Report): void;
  readonly ended: Promise<void>;
}

const mapTopics: Readonly<Record<string, Topic<MetricsMap>>> = {
  zedagent: topics.zedagent.MetricsMap,
  nim: topics.nim.MetricsMap,
  zedclient: topics.zedclient.MetricsMap,
  loguploader: topics.loguploader.MetricsMap,
  diag: topics.diag.MetricsMap,
};
const trafficTopics: Readonly<Record<string, Topic<TrafficByPurpose>>> = {
  zedagent: topics.zedagent.TrafficCounters,
  nim: topics.nim.TrafficCounters,
  zedclient: topics.zedclient.TrafficCounters,
  loguploader: topics.loguploader.TrafficCounters,
};
/** So many pages are kept up to date at a time. */
export const MOST_WATCHERS = 16;
/** How often the backlog is looked at for those who watch. */
const BACKLOG_MS = 10_000;
const security = {
  "Cache-Control": "no-store",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Content-Security-Policy":
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; img-src data:; base-uri 'none'; " +
    "form-action 'none'; frame-ancestors 'none'",
};

/** @param token needed by everybody; `undefined` only where the address is a loopback. @throws the system's error: the port is taken */
export function serve(device: Device, wanted: ListenAddress, token: string | undefined): Served {
  let latest: Report | undefined;
  let listening = wanted;
  let tested: TestFailures = new Map();
  let history = noFailures;
  const events = openEventStreams();
  const told = () => {
    const before = history.list;
    history = withTraffic(history, traffic());
    if (history.list !== before) events.send(failuresEvent(history));
  };
  const maps = followGlobal(device.bus, mapTopics, told);
  const byPurpose = followGlobal(device.bus, trafficTopics, told);
  const traffic = () => ({ now: device.clock.now(), maps: maps(), byPurpose: byPurpose(), tested });
  told();
  const first = () =>
    latest === undefined ? `: no report yet\n\n${failuresEvent(history)}` : reportEvent(latest, history);
  const answer = (path: string): Response => {
    switch (path) {
      case "/":
        return new Response(page, { headers: { ...security, "Content-Type": "text/html; charset=utf-8" } });
      case "/report.txt":
        return text(
          latest === undefined ? "no report yet\n" : latest.lines.map(printed).join("").trimStart(),
        );
      case "/report.json":
        return text(`${terminalJson(jsonOf(latest, history))}\n`, "application/json");
      case "/metrics":
        return text(prometheusText(latest, traffic()), "text/plain; version=0.0.4");
      case "/events":
        if (events.size >= MOST_WATCHERS) {
          const busy = `${MOST_WATCHERS} watch already\n`;
          return text(busy, "text/plain", STATUS_CODE.ServiceUnavailable);
        }
        return new Response(events.follow(first()), {
          headers: { ...security, "Content-Type": "text/event-stream" },
        });
      default:
        return text(
          "not found: /, /report.txt, /report.json, /metrics, /events\n",
          "text/plain",
          STATUS_CODE.NotFound,
        );
    }
  };
  const server = Deno.serve({
    hostname: wanted.hostname,
    port: wanted.port,
    signal: device.signal,
    onListen: ({ port }) => void (listening = { ...wanted, port }),
    onError: () => text("the page has a fault\n", "text/plain", STATUS_CODE.InternalServerError),
  }, (request) => {
    const url = new URL(request.url);
    const refusal = refusalOf({ method: request.method, url, headers: request.headers }, listening, token);
    return refusal === undefined
      ? answer(url.pathname)
      : text(`${refusal.text}\n`, "text/plain", refusal.status);
  });
  device.signal.addEventListener("abort", events.close, { once: true });
  const watched = every(device, () => jitter(device.random, BACKLOG_MS), () => {
    if (events.size === 0) return;
    events.send(`event: backlog\ndata: ${readLogFolders(device.paths)?.waiting ?? 0}\n\n`);
  });
  return {
    get address() {
      return listening;
    },
    show(report) {
      latest = report;
      tested = withTestFailures(tested, report.facts.tests);
      history = withReport(history, report);
      events.send(reportEvent(report, history));
    },
    ended: Promise.all([server.finished, watched]).then(() => {}),
  };
}

function reportEvent(report: Report, history: FailureHistory): string {
  return `data: ${jsonOf(report, history)}\n\n`;
}

function failuresEvent({ list }: FailureHistory): string {
  return `event: failures\ndata: ${JSON.stringify(list)}\n\n`;
}

/** `null` before the first report. */
function jsonOf(report: Report | undefined, { list }: FailureHistory): string {
  return JSON.stringify(report === undefined ? null : { ...report.json, recentFailures: list });
}

function text(content: string, type = "text/plain", status: number = STATUS_CODE.OK): Response {
  return new Response(content, {
    status,
    headers: { ...security, "Content-Type": `${type}; charset=utf-8` },
  });
}
