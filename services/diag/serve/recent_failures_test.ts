/** The list of the last failures: what gets into it, in which order, how much of it, and what never does. */
import { assert, assertEquals } from "@std/assert";
import type { MetricsMap, TrafficByPurpose } from "../../../controllerconn/mod.ts";
import { goDeviceNetworkStatus, goNetworkPortStatus } from "../../topics/mod.ts";
import type { Report } from "../make_report.ts";
import { situations } from "../../../tests/golden/situations.ts";
import { reportOf } from "../../../tests/golden/report_of.ts";
import {
  type FailureHistory,
  MOST_FAILURES,
  noFailures,
  withReport,
  withTraffic,
} from "./recent_failures.ts";

const now = Date.UTC(2026, 7, 20, 10);
const at = (minute: number) => new Date(now + minute * 60_000).toISOString().replace(".000Z", "Z");

const codes = ({ list }: FailureHistory) =>
  list.filter(({ source }) => source === "check").map(({ kind }) => kind);

function traffic(failures: Record<string, number>, maps: Record<string, MetricsMap> = {}, minute = 0) {
  const of = (Failures: number) => ({
    Requests: 0,
    Failures,
    FailureKinds: { refused: Failures },
    SentBytes: 0,
    ReceivedBytes: 0,
    TotalTimeMs: 0,
    LastTimeMs: 0,
  });
  const eth0 = Object.fromEntries(Object.entries(failures).map(([purpose, each]) => [purpose, of(each)]));
  const byPurpose = new Map<string, TrafficByPurpose>([["zedagent", { eth0 }]]);
  return { byPurpose, maps: new Map(Object.entries(maps)), now: now + minute * 60_000 };
}

function counters(FailureCount: number, LastFailure: string, AuthFailCount = 0) {
  return {
    FailureCount,
    SuccessCount: 0,
    LastFailure,
    LastSuccess: "0001-01-01T00:00:00Z",
    URLCounters: {},
    AuthFailCount,
  };
}

/** The connected device with one port of which nim says this. */
function nimSays(results: { readonly LastFailed: string; readonly LastError: string }): Report {
  const report = reportOf("connected");
  const port = goNetworkPortStatus.make({ IfName: "eth7", ...results });
  const network = goDeviceNetworkStatus.make({ Ports: [port] });
  return { ...report, facts: { ...report.facts, bus: { ...report.facts.bus, network } } };
}

Deno.test("a check is told when it begins to fail, once, and again after it was well", () => {
  const ill = reportOf("certificate-expired");
  let history = withReport(noFailures, ill);
  assert(codes(history).includes("EVE-NET-TLS-003"), JSON.stringify(history.list));
  const expired = () => history.list.find(({ kind }) => kind === "EVE-NET-TLS-003");
  history = withReport(history, ill);
  assertEquals(expired()?.times, 1);
  history = withReport(withReport(history, reportOf("connected")), ill);
  assertEquals(expired()?.times, 2);
});

Deno.test("diag's port tests are told with port and kind, equal ones counted together, the newest first", () => {
  const refused = reportOf("connection-refused");
  const once = withReport(noFailures, refused);
  const ping = once.list.find(({ source, text }) => source === "diag" && text.includes("ping"));
  assert(ping !== undefined && ping.kind !== "" && ping.port === "eth0", JSON.stringify(once.list));
  const later: Report = { ...refused, facts: { ...refused.facts, now: now + 3_600_000 } };
  const twice = withReport(once, later);
  assertEquals(twice.list.length, once.list.length);
  const again = twice.list.find(({ text }) => text === ping.text);
  assertEquals([again?.times, again?.time], [2 * ping.times, at(60)]);
  assertEquals(twice.list[0]?.time, at(60));
});

Deno.test("nim's port test is told once for each LastFailed, at the time that nim says", () => {
  const first = withReport(noFailures, nimSays({ LastFailed: at(1), LastError: "no DNS" }));
  const wanted = { time: at(1), source: "nim", port: "eth7", kind: "port test", text: "no DNS", times: 1 };
  assertEquals(first.list.filter(({ source }) => source === "nim"), [wanted]);
  const same = withReport(first, nimSays({ LastFailed: at(1), LastError: "no DNS" }));
  assertEquals(same.list.filter(({ source }) => source === "nim"), [wanted]);
  const next = withReport(same, nimSays({ LastFailed: at(2), LastError: "no DNS" }));
  assertEquals(next.list.filter(({ source }) => source === "nim"), [{ ...wanted, time: at(2), times: 2 }]);
});

Deno.test("counters: what they have grown by, also after the agent began anew; nothing where nothing changed", () => {
  const maps = { zedagent: { eth0: counters(3, at(-30)) } };
  let history = withTraffic(noFailures, traffic({ config: 3, info: 0 }, maps));
  const config = {
    time: at(-30),
    source: "zedagent",
    port: "eth0",
    kind: "unanswered",
    text: "nobody answered a request for config",
    times: 3,
  };
  assertEquals(history.list, [config]);
  const { list } = history;
  history = withTraffic(history, traffic({ config: 3, info: 0 }, maps, 1));
  assert(history.list === list, "the same list");
  history = withTraffic(history, traffic({ config: 5, info: 1 }, maps, 2));
  assertEquals(history.list.map(({ text, times, time }) => [text.split(" ").at(-1), times, time]), [
    ["info", 1, at(2)],
    ["config", 5, at(2)],
  ]);
  history = withTraffic(history, traffic({ config: 1 }, maps, 3));
  assertEquals(history.list[0], { ...config, times: 6, time: at(3) });
});

Deno.test("MetricsMap: envelopes of all, requests of an agent that does not count by purpose, never diag's own", () => {
  const maps = {
    zedagent: { eth0: counters(3, at(0)), "": counters(0, at(-5), 2) },
    loguploader: { wwan0: counters(4, at(-1)) },
    diag: { eth0: counters(9, at(0)) },
  };
  assertEquals(
    withTraffic(noFailures, traffic({}, maps)).list.map(({ source, port, kind, times, time }) =>
      [time, source, port, kind, times].join(" ")
    ),
    [`${at(-1)} loguploader wwan0 unanswered 4`, `${at(-5)} zedagent  envelope 2`],
  );
});

Deno.test("at most 20 whatever comes, each on one line of bounded length, and no password of an address", () => {
  let history = noFailures;
  for (let minute = 0; minute < 50; minute++) {
    const LastError = `fault ${minute} at\nhttp://user:s3cret@proxy:3128 ${"x".repeat(5_000)}`;
    history = withReport(history, nimSays({ LastFailed: at(minute), LastError }));
  }
  assertEquals(history.list.length, MOST_FAILURES);
  assert(
    history.list[0]?.text.startsWith("fault 49 at http://(hidden)@proxy:3128 xxx"),
    history.list[0]?.text,
  );
  assert(history.list.every(({ text }) => text.length <= 300 && !/s3cret|\n/.test(text)));
  for (const name of Object.keys(situations)) history = withReport(history, reportOf(name));
  assertEquals(history.list.length, MOST_FAILURES);
});
