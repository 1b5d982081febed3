/** The lines of `nim --once`, from a decider that runs, and when they are enough. */
import { assert, assertEquals } from "@std/assert";
import { goTime, goWifiConfig } from "../../topics/mod.ts";
import { entry, eth0, fails, works } from "../dpc/testdata/entries.ts";
import { portConfig } from "../testdata/links.ts";
import { decide } from "../verify/decide.ts";
import { decisionText } from "../verify/events.ts";
import { Bench, failing, notReady, remote, start } from "../verify/testdata/bench.ts";
import { type TraceLine, traceLines } from "./trace.ts";
import { exitCodes, onceStep, timeOver } from "./verdict.ts";

/** Its lines from now on. */
function traced(bench: Bench): TraceLine[] {
  const lines: TraceLine[] = [];
  const tell = bench.tell.bind(bench);
  bench.tell = (event) => {
    const time = goTime(start + bench.now);
    lines.push(...traceLines(event, decide(bench.state, event, { ms: bench.now, time }, bench.rules), time));
    tell(event);
  };
  return lines;
}

const short = ({ event, index, key, state, reason }: TraceLine) => [event, index, key, state, reason];

Deno.test("each decision is a line with its event, the configuration in use, the reason, and the effects that follow it", () => {
  const bench = new Bench({ entries: [entry("zedagent", 2), entry("override", 1, 0, works)] });
  const lines = traced(bench);
  bench.tester = (_, dpc) => dpc?.Key === "zedagent" ? failing : { ...remote, retryAfterMs: 7_000 };
  bench.begin().advance(2 * bench.testMs);
  assertEquals(lines.map(short), [
    ["settings", 0, "zedagent", "", "verification begins: start"],
    ["applied", 0, "zedagent", "", ""],
    ["tested", 0, "zedagent", "DPC_FAIL_WITH_IPANDDNS", "no answer"],
    ["tested", 1, "override", "", "verification begins: the one before it failed"],
    ["applied", 1, "override", "", ""],
    ["tested", 1, "override", "DPC_REMOTE_WAIT", "503"],
  ]);
  const [settings, applied, failed, next, , answered] = lines;
  assertEquals(settings?.time, goTime(start));
  assertEquals(settings?.about["testDurationMs"], 30_000);
  assert(settings?.effects.some(({ kind, ports }) => kind === "apply" && String(ports) === "eth0"));
  assertEquals(applied?.effects.map(({ kind }) => kind), ["disarm", "publish-tested", "test"]);
  assertEquals(failed?.about, { outcome: "failed", text: "no answer", ports: {} });
  const kinds = (line: TraceLine | undefined) => line?.effects.map(({ kind }) => kind);
  assertEquals(kinds(failed), ["dump", "publish-list", "publish-status"], "what came before, and its own");
  assert(kinds(next)?.includes("apply"), "the next configuration is applied by the next decision");
  assertEquals(answered?.about["retryAfterMs"], 7_000);
  assertEquals(
    bench.of("decision").map(decisionText),
    lines.filter(({ reason }) => reason !== "").map(({ index, key, state, reason }) =>
      `DPC verify: index ${index} (${key}) ${state || "untested"}: ${reason}`
    ),
    "the log says the same",
  );
});

Deno.test("an event that leads to nothing is no line; credentials are in none", () => {
  const Wifi = [goWifiConfig.make({ SSID: "net", Password: "not to be read" })];
  const wifi = portConfig("wlan0", { WirelessCfg: { ...eth0.WirelessCfg, WType: 2, Wifi } });
  const bench = new Bench({ entries: [entry("zedagent", 1, 0, { Ports: [eth0, wifi] })] });
  const lines = traced(bench);
  bench.begin().afterTest();
  assert(lines.length > 2);
  assert(!JSON.stringify(lines).includes("not to be read"), JSON.stringify(lines));
  const before = lines.length;
  bench.tell({ kind: "network", network: bench.state.network });
  assertEquals(lines.length, before);
});

Deno.test("it ends when the decider rests and has tested; the last test gives the code", () => {
  const step = (bench: Bench, last = bench.tester(bench.state.status, undefined)) =>
    onceStep(bench.state, last);
  const bench = new Bench({ entries: [entry("zedagent", 1)] });
  assertEquals(step(bench).kind, "goes-on", "no settings yet");
  bench.begin();
  assertEquals(step(bench).kind, "goes-on", "the test runs");
  assertEquals(step(bench.afterTest()), {
    kind: "end",
    outcome: "reached",
    reason: "the controller answers",
  });
  const ending = (outcome: typeof failing) => {
    const other = new Bench({ entries: [entry("zedagent", 1)] });
    other.tester = () => outcome;
    return step(other.begin().advance(300_000), outcome);
  };
  assertEquals(ending(remote), { kind: "end", outcome: "degraded", reason: "503" });
  assertEquals(ending(failing), { kind: "end", outcome: "not reached", reason: "no answer" });
  assertEquals(exitCodes, { "reached": 0, "degraded": 1, "not reached": 2, "cut short": 1 });
  const empty = new Bench({ expectsBootstrap: true }).begin();
  assertEquals(onceStep(empty.state, undefined).kind, "goes-on", "one is to come");
  empty.state = { ...empty.state, network: { ...empty.state.network, links: [] } };
  assertEquals(onceStep(empty.advance(60_000).state, undefined), {
    kind: "end",
    outcome: "not reached",
    reason: "no configuration, and no interface for a last resort",
  });
});

Deno.test("where all cool down the one in use is tested all the same; when the time is over a wait is not reached", () => {
  const cooling = new Bench({
    entries: [entry("zedagent", 1, 0, { ...fails, LastFailed: goTime(start - 1_000) })],
  });
  cooling.begin();
  assertEquals(onceStep(cooling.state, undefined).kind, "ask");
  cooling.tell({ kind: "timer", timer: "test" });
  assertEquals([cooling.of("test").length, onceStep(cooling.state, undefined).kind], [1, "goes-on"]);
  assertEquals(
    onceStep(cooling.afterTest().state, cooling.tester(cooling.state.status, undefined)).kind,
    "end",
  );
  assertEquals(cooling.dpcState, "DPC_SUCCESS");

  const waiting = new Bench({ entries: [entry("zedagent", 1)] });
  waiting.tester = () => notReady;
  waiting.begin().afterTest();
  assertEquals(timeOver(waiting.state, notReady, 5), {
    outcome: "not reached",
    reason: "5 s are over: no address",
  });
  assertEquals(timeOver(waiting.state, undefined, 5).reason, "5 s are over: nothing was tested");
});
