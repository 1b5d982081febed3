/** From one configuration to another, and back. */
import { assert, assertEquals } from "@std/assert";
import { goTime } from "../../topics/mod.ts";
import { entry, fails, names, works } from "../dpc/testdata/entries.ts";
import { Bench, failing, notReady, ok, start } from "./testdata/bench.ts";

const minute = 60_000;
const failedAt = (ms: number) => ({ LastFailed: goTime(start + ms), LastError: "no answer" });
const onlyKey = (key: string): Bench["tester"] => (_, dpc) => dpc?.Key === key ? ok : failing;

Deno.test("[nim#25] two periodic tests in a row that fail begin a verification, one does not", () => {
  const bench = new Bench({ entries: [entry("zedagent", 1)] }).begin().afterTest();
  bench.tester = () => failing;
  bench.advance(5 * minute + bench.testMs);
  assertEquals([bench.of("test").length, bench.state.controllerWorks], [2, false]);
  assertEquals([bench.dpcState, bench.state.verification], ["DPC_SUCCESS", undefined]);
  bench.tester = () => ok;
  bench.advance(5 * minute + bench.testMs);
  assertEquals([bench.state.controllerWorks, bench.state.verification], [true, undefined]);
  bench.tester = () => failing;
  bench.advance(5 * minute + bench.testMs).advance(5 * minute);
  assertEquals(bench.state.verification, undefined);
  bench.advance(bench.testMs);
  assert(bench.state.verification !== undefined, "the second in a row");
  assertEquals(bench.of("apply").length, 2, "the first verification, and this one");
});

Deno.test("[nim#26] fallback selects a lower one and sets better; its time tries the top only after the cool-down", () => {
  const bench = new Bench({ entries: [entry("zedagent", 2), entry("override", 1, 0, works)] });
  bench.tester = onlyKey("override");
  bench.begin({ testBetterIntervalMs: 4 * minute }).advance(2 * bench.testMs);
  assertEquals([bench.index, bench.dpcState], [1, "DPC_SUCCESS"]);
  assertEquals(bench.left("better"), 4 * minute);
  bench.clear().advance(4 * minute);
  assertEquals([bench.of("test").length, bench.index, bench.left("better")], [0, 1, 4 * minute]);
  bench.advance(4 * minute);
  assertEquals([bench.index, bench.of("apply").length], [0, 1], "its failure is 8 minutes old");
  bench.tester = () => ok;
  bench.advance(bench.testMs);
  assertEquals(bench.index, 1, "what was asked before said no");
  bench.advance(8 * minute + 2 * bench.testMs);
  assertEquals([bench.index, bench.dpcState, bench.left("better")], [0, "DPC_SUCCESS", undefined]);
});

Deno.test("[nim#27] timer.port.testbetterinterval 0: the timer never brings back a better one", () => {
  const bench = new Bench({ entries: [entry("zedagent", 2), entry("override", 1, 0, works)] });
  bench.tester = onlyKey("override");
  bench.begin({ testBetterIntervalMs: 0 }).advance(2 * bench.testMs);
  bench.tester = () => ok;
  bench.clear().advance(24 * 60 * minute);
  assertEquals([bench.index, bench.of("apply").length], [1, 0]);
  bench.tell({ kind: "settings", settings: { ...bench.rules.defaults } });
  assertEquals(bench.left("better"), 10 * minute, "set when the item says so");
});

Deno.test("[nim#28] a failure in the future, before the clock was set back, does not cool down", () => {
  const bench = new Bench({ entries: [entry("zedagent", 1, 0, failedAt(60 * minute))] }).begin().afterTest();
  assertEquals([bench.of("test").length, bench.dpcState], [1, "DPC_SUCCESS"]);
  const { LastFailed, LastSucceeded } = bench.entry(0);
  assert(LastFailed < LastSucceeded, "and does not stand against the success");
});

Deno.test("a success in the future does not stand against a failure: nothing is tested without end", () => {
  const bench = new Bench({ entries: [entry("zedagent", 1), entry("zedagent", 0, 7)] }).begin().afterTest();
  bench.clockStep = -24 * 60 * minute;
  bench.tester = () => failing;
  bench.clear().advance(11 * minute);
  assertEquals(bench.state.verification, undefined);
  assert(bench.of("test").length < 6, String(bench.of("test").length));
  assert(bench.entry(0).LastFailed > bench.entry(0).LastSucceeded);
});

Deno.test("[nim#29] never below a manual configuration; nothing testable: parked there, else at the top, and tested", () => {
  const bench = new Bench({
    entries: [entry("zedagent", 2), entry("manual", 1, 3), entry("override", 0, 4, works)],
  });
  bench.tester = onlyKey("override");
  bench.begin().advance(3 * bench.testMs);
  assertEquals([bench.entry(bench.index).Key, bench.state.verification], ["manual", undefined]);
  assertEquals(bench.left("test"), 5 * minute - bench.testMs);
  assertEquals(bench.left("better"), 10 * minute - bench.testMs);
  for (let hour = 0; hour < 24; hour++) {
    bench.advance(60 * minute);
    assert(["zedagent", "manual"].includes(bench.entry(bench.index).Key));
  }
  const none = new Bench({
    entries: [entry("zedagent", 2, 0, failedAt(-minute)), entry("usb", 1, 5, failedAt(-1))],
  });
  none.begin();
  assertEquals([none.index, none.of("test").length, none.left("test")], [0, 0, 5 * minute]);
  assertEquals(none.of("apply").at(-1)?.wanted.ports[0]?.Cost, 0, "applied all the same");
});

Deno.test("[nim#30] a new one on top during the verification of another is tested next, without waiting for that", () => {
  const bench = new Bench({ entries: [entry("override", 1)] });
  bench.testMs = 20_000;
  bench.tester = () => notReady;
  bench.begin().advance(5_000);
  bench.tester = onlyKey("zedagent");
  bench.tell({ kind: "dpc", dpc: entry("zedagent", 2) });
  assertEquals(bench.of("stop-test").length, 1);
  bench.advance(15_000);
  assertEquals(names(bench.state.list), ["zedagent 2", "override 1"]);
  assertEquals(bench.entry(1).LastError, "", "the late answer about the old one is ignored");
  bench.advance(5_000);
  assertEquals([bench.index, bench.dpcState], [0, "DPC_SUCCESS"]);
});

Deno.test("[nim#13] the current one is deleted: the top if that worked, else from the top; also during a verification", () => {
  const list = [entry("zedagent", 2, 0, failedAt(-1)), entry("override", 1)];
  const deleteCurrent = (bench: Bench) => {
    const dpc = bench.entry(bench.index);
    bench.tell({ kind: "dpc-deleted", dpc });
    return bench;
  };
  const failedTop = deleteCurrent(new Bench({ entries: list }).begin().afterTest());
  assertEquals([names(failedTop.state.list), failedTop.index], [["zedagent 2"], 0], "parked: it cools down");
  assertEquals(failedTop.state.verification, undefined);
  const worked = [entry("zedagent", 2, 0, works), entry("override", 1)];
  const midway = new Bench({ entries: worked });
  midway.begin().advance(1);
  deleteCurrent(midway).advance(0);
  assertEquals([names(midway.state.list), midway.index], [["override 1"], 0]);
  assert(midway.state.verification !== undefined, "the other one is verified at once");
  assertEquals(midway.afterTest().dpcState, "DPC_SUCCESS");
  const lower = new Bench({ entries: worked }).begin().afterTest();
  const PortConfigList = [lower.entry(0), entry("override", 1)];
  lower.state = { ...lower.state, list: { CurrentIndex: 1, PortConfigList } };
  deleteCurrent(lower.clear());
  assertEquals([lower.index, lower.of("apply").length], [0, 1], "the top worked: selected, and proved");
  assertEquals(lower.advance(0).afterTest().dpcState, "DPC_SUCCESS");
  const unknown = entry("usb", 7, 9);
  midway.clear().tell({ kind: "dpc-deleted", dpc: unknown });
  assertEquals(midway.effects.map(({ kind }) => kind), ["log"]);
});

Deno.test("a failure that is old enough: everything that can be tested is, in turn, each once", () => {
  const entries = [entry("zedagent", 3, 0, fails), entry("usb", 2, 1), entry("override", 1, 2)];
  const bench = new Bench({ entries });
  const seen: string[] = [];
  bench.tester = (_, dpc) => {
    seen.push(dpc?.Key ?? "");
    return failing;
  };
  bench.begin().advance(10 * bench.testMs);
  assertEquals(seen, ["zedagent", "usb", "override"]);
  assertEquals([bench.index, bench.state.verification], [0, undefined]);
});
