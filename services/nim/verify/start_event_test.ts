/** Start, restart, last resort and what is published when. */
import { assert, assertEquals } from "@std/assert";
import { goDeviceNetworkStatus, goDevicePortConfigList } from "../../topics/mod.ts";
import { entry, fails, names, works } from "../dpc/testdata/entries.ts";
import { initialState } from "./state.ts";
import { Bench, failing, link, network, settings } from "./testdata/bench.ts";

const minute = 60_000;

Deno.test("[nim#34] an empty list gets the last resort after 60 s, even disabled; not if anything has come", () => {
  const bench = new Bench({ expectsBootstrap: true }).begin().advance(59_999);
  assertEquals(names(bench.state.list), []);
  bench.advance(1);
  assertEquals(bench.state.list.PortConfigList?.map(({ Key }) => Key), ["lastresort"]);
  assertEquals(bench.afterTest().dpcState, "DPC_SUCCESS");
  const came = new Bench({ expectsBootstrap: true }).begin();
  came.tell({ kind: "dpc", dpc: entry("override", 1) });
  came.advance(10 * minute);
  assertEquals(names(came.state.list), ["override 1"]);
});

Deno.test("without anything to expect, the first settings bring the last resort; with fallback always", () => {
  assertEquals(new Bench().begin().entry(0).Key, "lastresort");
  const both = new Bench({ entries: [entry("zedagent", 1)], expectsBootstrap: true }).begin({
    fallback: true,
  });
  assertEquals(both.state.list.PortConfigList?.map(({ Key }) => Key), ["zedagent", "lastresort"]);
});

Deno.test("[nim#15] last resort goes once the controller's configuration works, unless fallback is enabled", () => {
  const keys = (fallback: boolean) => {
    const bench = new Bench().begin({ fallback }).afterTest();
    bench.tell({ kind: "dpc", dpc: entry("zedagent", 1) });
    bench.advance(2 * bench.testMs);
    return { bench, keys: bench.state.list.PortConfigList?.map(({ Key }) => Key) };
  };
  assertEquals(keys(false).keys, ["zedagent"]);
  assertEquals(keys(false).bench.state.lastResort.isKept, false);
  const kept = keys(true);
  assertEquals(kept.keys, ["zedagent", "lastresort"]);
  kept.bench.tell({ kind: "settings", settings });
  assertEquals(kept.bench.state.list.PortConfigList?.map(({ Key }) => Key), ["zedagent"], "turned off");
});

Deno.test("last resort follows interfaces that appear, not those that go", () => {
  const bench = new Bench({ network: network() }).begin();
  assertEquals(names(bench.state.list), [], "nothing to make it of");
  bench.tell({ kind: "network", network: network(link("eth0")) });
  assertEquals(bench.entry(0).Ports?.map(({ IfName }) => IfName), ["eth0"]);
  bench.tell({ kind: "network", network: network(link("eth0"), link("eth1")) });
  assertEquals(bench.entry(0).Ports?.map(({ IfName }) => IfName), ["eth0", "eth1"]);
  bench.tell({ kind: "network", network: network(link("eth1")) });
  assertEquals(bench.entry(0).Ports?.map(({ IfName }) => IfName), ["eth0", "eth1"]);
});

Deno.test("[nim#16] a restart begins at -1 without the ports' results, and picks one that worked when settings come", () => {
  const failed = { ...fails, LastFailed: "2026-08-22T10:59:59Z" };
  const bench = new Bench({ entries: [entry("zedagent", 2, 0, failed), entry("zedagent", 1, 9, works)] });
  assertEquals([bench.index, bench.state.verification], [-1, undefined]);
  assertEquals(bench.begin().afterTest().index, 1, "the top is cooling down");
  assertEquals(bench.dpcState, "DPC_SUCCESS");
});

Deno.test("no timer of a setting runs before there are settings; without any the defaults hold after 60 s (W10)", () => {
  const bench = new Bench({ entries: [entry("zedagent", 1)] });
  bench.tell({ kind: "dpc", dpc: entry("zedagent", 2, 3) });
  bench.tell({ kind: "network", network: network(link("eth0", { up: false })) });
  assertEquals([[...bench.timers.keys()], bench.of("test").length], [["available"], 0]);
  bench.advance(minute);
  assertEquals(bench.state.settings, settings);
  assert(bench.state.verification !== undefined);
});

Deno.test("[nim#35] without a configuration the status is the zero value", () => {
  const bench = new Bench();
  const [{ status } = { status: undefined }] = bench.of("publish-status");
  assertEquals(status, goDeviceNetworkStatus.zero());
  assertEquals([status?.Ports, status?.CurrentIndex], [null, 0]);
});

Deno.test("nothing is applied before there is a configuration: what an earlier nim has set up stays", () => {
  const bench = new Bench({ expectsBootstrap: true });
  bench.tell({ kind: "network", network: network(link("eth0", { up: false })) });
  bench.begin();
  assertEquals(bench.of("apply").length, 0);
  bench.tell({ kind: "dpc", dpc: entry("zedagent", 1) });
  bench.advance(0);
  assertEquals(bench.of("apply").length, 1);
  bench.tell({ kind: "dpc-deleted", dpc: entry("zedagent", 1) });
  assertEquals([bench.index, bench.of("apply").length], [-1, 1], "nor when it is gone");
});

Deno.test("a last resort that found no interface is forgotten when a configuration comes", () => {
  const bench = new Bench({ network: network() }).begin();
  bench.tell({ kind: "dpc", dpc: entry("zedagent", 1) });
  bench.tell({ kind: "network", network: network(link("eth0")) });
  assertEquals(names(bench.state.list), ["zedagent 1"]);
});

Deno.test("the status of an earlier run stands until settings are here: a restart is no lost network", () => {
  const list = goDevicePortConfigList.make({ PortConfigList: [entry("zedagent", 1)] });
  const before = goDeviceNetworkStatus.make({ DPCKey: "zedagent", State: 3, Version: 1 });
  const bench = new Bench();
  bench.clear();
  bench.state = { ...initialState(list, false, before).state, network: network(link("eth0")) };
  bench.tell({ kind: "started" });
  assertEquals(bench.of("publish-status").length, 0);
  bench.begin();
  assertEquals(bench.of("publish-status")[0]?.status.DPCKey, "zedagent");
});

Deno.test("the list reaches flash when something in it changed, not with each renewed result", () => {
  const bench = new Bench({ entries: [entry("zedagent", 1)] }).begin().afterTest();
  const { LastSucceeded } = bench.entry(0);
  bench.clear().advance(60 * minute);
  assert(bench.of("test").length >= 11);
  assert(bench.entry(0).LastSucceeded > LastSucceeded, "known");
  assertEquals([bench.of("publish-list").length, bench.of("publish-status").length], [0, 0]);
  bench.tester = () => ({
    ...failing,
    ports: new Map([["eth0", { kind: "failure", error: "no route" }]]),
  });
  bench.advance(5 * minute + bench.testMs);
  assertEquals(bench.of("publish-list").length, 1, "a port's error");
  assertEquals(bench.of("publish-status").length, 1);
});
