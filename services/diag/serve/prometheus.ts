/** `/metrics`: the same facts in Prometheus' text form. Pure. */
import { type MetricsMap, purposeOf, type TrafficByPurpose } from "../../../controllerconn/mod.ts";
import { isZeroTime, timeMs } from "../../topics/mod.ts";
import type { Report } from "../make_report.ts";
import type { TestFailures } from "./test_failures.ts";

/** What is told beside the report. */
export interface Traffic {
  /** Name on the bus → its counters. */
  readonly maps: ReadonlyMap<string, MetricsMap>;
  /** Name on the bus → its failures by purpose. */
  readonly byPurpose: ReadonlyMap<string, TrafficByPurpose>;
  /** Of diag's own port tests. */
  readonly tested: TestFailures;
  /** Milliseconds since 1970. */
  readonly now: number;
}

type Labels = Readonly<Record<string, string>>;

/** One family: its samples stand together, as the format wants. */
class Family {
  readonly #samples = new Map<string, number>();
  constructor(
    readonly name: string,
    private readonly type: "counter" | "gauge",
    private readonly help: string,
  ) {}

  add(labels: Labels, value: number): void {
    const text = Object.entries(labels).map(([name, each]) => `${name}="${escaped(each)}"`).join(",");
    const key = text === "" ? this.name : `${this.name}{${text}}`;
    this.#samples.set(key, (this.#samples.get(key) ?? 0) + value);
  }

  get text(): string {
    if (this.#samples.size === 0) return "";
    const lines = [...this.#samples].map(([key, value]) => `${key} ${value}\n`).join("");
    return `# HELP ${this.name} ${this.help}\n# TYPE ${this.name} ${this.type}\n${lines}`;
  }
}

const escaped = (text: string) => text.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n");

/** Ends with a newline. */
export function prometheusText(report: Report | undefined, traffic: Traffic): string {
  const families = [
    ...trafficFamilies(traffic),
    failureFamily(traffic),
    ...(report === undefined ? [] : reportFamilies(report)),
  ];
  return families.map(({ text }) => text).join("");
}

function trafficFamilies({ maps, now }: Traffic): Family[] {
  const requests = new Family(
    "eve_requests_total",
    "counter",
    "Requests that were answered, by agent, port and purpose.",
  );
  const sent = new Family("eve_sent_bytes_total", "counter", "Bytes of request bodies.");
  const received = new Family("eve_received_bytes_total", "counter", "Bytes of answers.");
  const unanswered = new Family("eve_unanswered_requests_total", "counter", "Requests that nobody answered.");
  const envelopes = new Family(
    "eve_envelope_failures_total",
    "counter",
    "Answers whose envelope was refused.",
  );
  const age = new Family(
    "eve_last_success_age_seconds",
    "gauge",
    "Since the last answer, by agent and port.",
  );
  for (const [agent, map] of maps) {
    for (const [port, counters] of Object.entries(map)) {
      if (port === "") envelopes.add({ agent }, counters.AuthFailCount);
      else if (!isZeroTime(counters.LastSuccess)) {
        age.add({ agent, port }, Math.max(0, Math.round((now - timeMs(counters.LastSuccess)) / 1000)));
      }
      for (const [url, each] of Object.entries(counters.URLCounters)) {
        const labels = { agent, port, purpose: purposeOf(url) };
        requests.add(labels, each.SentMsgCount);
        sent.add(labels, each.SentByteCount);
        received.add(labels, each.RecvByteCount);
        unanswered.add(labels, each.TryMsgCount);
      }
    }
  }
  return [requests, sent, received, unanswered, envelopes, age];
}

function failureFamily({ byPurpose, tested }: Traffic): Family {
  const failures = new Family(
    "eve_failures_total",
    "counter",
    "Requests that nobody answered over this port, by agent, port, purpose and kind of the last attempt.",
  );
  for (const [agent, ports] of byPurpose) {
    for (const [port, each] of Object.entries(ports)) {
      for (const [purpose, { FailureKinds }] of Object.entries(each)) {
        for (const [kind, times] of Object.entries(FailureKinds)) {
          failures.add({ agent, port, purpose, kind }, times);
        }
      }
    }
  }
  for (const { port, purpose, kind, times } of tested.values()) {
    failures.add({ agent: "diag", port, purpose, kind }, times);
  }
  return failures;
}

function reportFamilies({ diagnosis, facts }: Report): Family[] {
  const outcome = new Family("eve_outcome", "gauge", "0 all is well, 1 degraded, 2 broken.");
  outcome.add({}, { ok: 0, degraded: 1, broken: 2 }[diagnosis.outcome]);
  const failed = new Family("eve_check_failed", "gauge", "1 for each check that found something.");
  for (const { check, ifName, level } of diagnosis.findings) {
    failed.add({ code: check.code, layer: check.layer, level, port: ifName ?? "" }, 1);
  }
  const poll = new Family("eve_config_get_status", "gauge", "ZedAgentStatus.ConfigGetStatus: 1 is success.");
  if (facts.bus.zedagent !== undefined) poll.add({}, facts.bus.zedagent.ConfigGetStatus);
  return [outcome, failed, poll, sectionFamily(facts), ...queueFamilies(facts), ...logFamilies(facts)];
}

function sectionFamily({ bus: { sections } }: Report["facts"]): Family {
  const state = new Family(
    "eve_config_section",
    "gauge",
    "1 for the state in which a section of the configuration is.",
  );
  for (const [section, { State }] of sections) state.add({ section, state: State }, 1);
  return state;
}

function queueFamilies({ bus: { queues } }: Report["facts"]): Family[] {
  const items = new Family("eve_queue_items", "gauge", "Reports that wait to be sent.");
  const bytes = new Family("eve_queue_bytes", "gauge", "Their bytes.");
  const oldest = new Family("eve_queue_oldest_seconds", "gauge", "For how long the oldest waits.");
  const drops = new Family("eve_queue_drops_total", "counter", "Reports lost, by reason.");
  for (const [queue, each] of queues) {
    items.add({ queue }, each.Items);
    bytes.add({ queue }, Number(each.Bytes));
    oldest.add({ queue }, Number(each.OldestAgeMs) / 1000);
    for (const [reason, count] of Object.entries(each.Drops ?? {})) {
      drops.add({ queue, reason }, Number(count));
    }
  }
  return [items, bytes, oldest, drops];
}

function logFamilies({ logFolders, now }: Report["facts"]): Family[] {
  if (logFolders === undefined) return [];
  const waiting = new Family("eve_log_files_waiting", "gauge", "Log files that wait to be sent.");
  const aside = new Family(
    "eve_log_files_quarantined",
    "gauge",
    "Log files that the controller refused for good.",
  );
  const oldest = new Family("eve_log_oldest_seconds", "gauge", "For how long the oldest log file waits.");
  waiting.add({}, logFolders.waiting);
  aside.add({}, logFolders.quarantined);
  oldest.add({}, logFolders.oldestMs === 0 ? 0 : Math.max(0, Math.round((now - logFolders.oldestMs) / 1000)));
  return [waiting, aside, oldest];
}
