/** The table of events (`spec/nim.md §7.6`), a test for each row. */
import { assert, assertEquals } from "@std/assert";
import {
  DPCState,
  goAssignableAdapters,
  goNetworkPortConfig,
  goRadioSilence,
  goTime,
  goWwanStatus,
} from "../../topics/mod.ts";
import { sanitizePorts } from "../dpc/sanitize.ts";
import { entry, eth0, works } from "../dpc/testdata/entries.ts";
import { Bench, done, failing, link, network, notReady, ok, settings, start } from "./testdata/bench.ts";

const minute = 60_000;
const D = 30_000;
const bare = (name = "eth0", some = {}) =>
  network(link(name, { addresses: [], defaultRouters: [], ...some }));
const ready = (name = "eth0", address = "192.0.2.9") =>
  network(link(name, { addresses: [{ address, prefix: 24 }] }));

function working(): Bench {
  return new Bench({ entries: [entry("zedagent", 1)] }).begin().afterTest().clear();
}

function waiting(state: string): Bench {
  const bench = new Bench({ entries: [entry("zedagent", 1)], network: bare() });
  bench.tester = () => notReady;
  bench.begin().afterTest().clear();
  assertEquals(bench.dpcState, state);
  return bench;
}

function failed(state: string): Bench {
  const bench = new Bench({
    entries: [entry("zedagent", 1)],
    network: state === "DPC_FAIL" ? bare() : ready(),
  });
  bench.tester = () => state === "DPC_FAIL" ? notReady : failing;
  bench.begin().advance(7 * D).clear();
  assertEquals([bench.dpcState, bench.state.verification], [state, undefined]);
  return bench;
}

Deno.test("event test: without a selection verification, else the periodic test", () => {
  const empty = new Bench({ expectsBootstrap: true, network: network() }).begin();
  empty.clear().advance(5 * minute);
  assertEquals([empty.of("test").length, empty.left("test")], [0, 5 * minute]);
  const bench = working().advance(5 * minute);
  assertEquals([bench.of("test").length, bench.of("apply").length], [1, 0], "no verification");
  assertEquals(bench.of("publish-tested").length, 1);
});

Deno.test("event better: ignored at the top without errors, else verification", () => {
  const bench = working();
  bench.state = { ...bench.state, timers: new Set(["better", "test"]) };
  bench.tell({ kind: "timer", timer: "better" });
  assertEquals(bench.effects, []);
  const lower = new Bench({ entries: [entry("zedagent", 2), entry("override", 1, 0, works)] });
  lower.tester = (_, dpc) => dpc?.Key === "override" ? ok : failing;
  lower.begin().advance(2 * lower.testMs).clear().advance(10 * minute);
  assertEquals([lower.index, lower.of("apply").length], [0, 1]);
});

Deno.test("event pending: the next look", () => {
  const bench = waiting("DPC_IPDNS_WAIT").advance(D);
  assertEquals([bench.of("apply").length, bench.of("test").length], [1, 1]);
});

Deno.test("event asynchronous work done: applied anew; DPC_ASYNC_WAIT goes on when nothing is left", () => {
  const bench = new Bench({ entries: [entry("zedagent", 1)] });
  bench.applier = () => ({ ...done, inProgress: true });
  bench.begin();
  assertEquals(bench.dpcState, "DPC_ASYNC_WAIT");
  bench.applier = () => done;
  bench.tell({ kind: "resume" });
  assertEquals(bench.advance(0).of("test").length, 1);
  const idle = working();
  idle.tell({ kind: "resume" });
  assertEquals(idle.effects.map(({ kind }) => kind), ["apply"]);
});

Deno.test("event in DPC_ASYNC_WAIT: an address is taken as the end of the background work", () => {
  const bench = new Bench({ entries: [entry("zedagent", 1)], network: bare() });
  bench.applier = () => ({ ...done, inProgress: true });
  bench.begin();
  bench.applier = () => done;
  bench.tell({ kind: "network", network: ready() });
  assertEquals(bench.advance(0).afterTest().dpcState, "DPC_SUCCESS");
});

Deno.test("event AssignableAdapters: last resort follows, DPC_PCI_WAIT and DPC_INTF_WAIT go on, Linux follows", () => {
  const adapters = (IsPCIBack: boolean) =>
    goAssignableAdapters.decode({ Initialized: true, IoBundleList: [{ Ifname: "eth0", IsPCIBack }] });
  const bench = new Bench({ entries: [entry("zedagent", 1)], network: network() });
  bench.tester = () => failing;
  bench.tell({ kind: "adapters", adapters: adapters(true) });
  bench.begin().afterTest();
  assertEquals(bench.dpcState, "DPC_PCI_WAIT");
  bench.clear().tell({ kind: "adapters", adapters: adapters(false) });
  assertEquals(bench.advance(0).of("test").length, 1);
  assertEquals(bench.afterTest().dpcState, "DPC_INTF_WAIT");
  bench.clear().tell({ kind: "adapters", adapters: adapters(true) });
  assertEquals(bench.advance(0).of("test").length, 1);
  const idle = working();
  idle.tell({ kind: "adapters", adapters: adapters(false) });
  idle.tell({ kind: "adapters", adapters: adapters(false) });
  assertEquals(idle.of("apply").map(({ wanted }) => wanted.adapters), [adapters(false)], "once");
});

Deno.test("event AddrChange: the waits for the network go on, DPC_FAIL is verified, the status follows", () => {
  const bench = waiting("DPC_IPDNS_WAIT");
  bench.tester = () => ok;
  bench.tell({ kind: "network", network: ready() });
  assertEquals(bench.of("publish-status")[0]?.status.Ports?.[0]?.AddrInfoList?.[0]?.Addr, "192.0.2.9");
  assertEquals(bench.afterTest().dpcState, "DPC_SUCCESS");
  const fail = failed("DPC_FAIL");
  fail.tester = () => ok;
  fail.tell({ kind: "network", network: ready() });
  assertEquals(fail.afterTest().dpcState, "DPC_SUCCESS");
});

Deno.test("event DNSInfoChange: the status follows", () => {
  const bench = working();
  const more = network(link("eth0"));
  const resolv = new Map([["eth0", { servers: ["192.0.2.54"], domains: [] }]]);
  bench.tell({ kind: "network", network: { ...more, resolv } });
  assertEquals(bench.of("publish-status")[0]?.status.Ports?.[0]?.DNSServers, ["192.0.2.54"]);
  assertEquals(bench.of("test").length, 0);
});

Deno.test("event IfChange (W1): carrier, switch, master or number of a crucial interface begin a verification", () => {
  for (const some of [{ up: false }, { adminUp: false }, { master: "br0" }, { ifIndex: 9 }]) {
    const bench = working();
    bench.tell({ kind: "network", network: network(link("eth0", some)) });
    assert(bench.state.verification !== undefined, JSON.stringify(some));
    assertEquals(bench.of("publish-status")[0]?.status.Ports?.[0]?.Up, some.up ?? true);
  }
  const other = working();
  other.tell({ kind: "network", network: network(link("eth0"), link("eth7")) });
  assertEquals(other.state.verification, undefined, "not one of ours");
  const settling = working();
  settling.tell({ kind: "adapters", adapters: goAssignableAdapters.decode({ Initialized: false }) });
  settling.tell({ kind: "network", network: network(link("eth0", { up: false })) });
  assertEquals(settling.state.verification, undefined, "adapters are still being given away");
  assertEquals(settling.of("publish-status")[0]?.status.Ports?.[0]?.Up, false, "but it is told");
});

Deno.test("[nim#11] the controller's configuration again, newer, while it is used on top: nothing is verified, nothing published", () => {
  const bench = working();
  bench.tell({ kind: "dpc", dpc: sanitizePorts(entry("zedagent", 30)) });
  assertEquals([bench.effects, bench.entry(0).TimePriority], [[], entry("zedagent", 1).TimePriority]);
  bench.tell({ kind: "dpc", dpc: entry("zedagent", 31, 4) });
  assertEquals([bench.of("apply").length, bench.index], [1, 0], "another content is verified");
});

Deno.test("event RouteChange (W5): the status follows", () => {
  const bench = working();
  bench.tell({ kind: "network", network: network(link("eth0", { defaultRouters: ["192.0.2.7"] })) });
  assertEquals(bench.of("publish-status")[0]?.status.Ports?.[0]?.DefaultRouters, ["192.0.2.7"]);
  assertEquals(bench.of("apply").length, 1, "the port's own table follows");
});

Deno.test("event WwanStatus: that of the current configuration goes on with DPC_WWAN_WAIT, or is verified", () => {
  const modem = goNetworkPortConfig.make({ ...eth0, WirelessCfg: { ...eth0.WirelessCfg, WType: 1 } });
  const bench = new Bench({ entries: [entry("zedagent", 1, 0, { Ports: [modem] })] });
  bench.tester = () => failing;
  bench.begin().afterTest();
  assertEquals(bench.dpcState, "DPC_WWAN_WAIT");
  bench.tester = () => ok;
  const { Key: DPCKey, TimePriority: DPCTimestamp } = bench.entry(0);
  bench.tell({ kind: "wwan", wwan: goWwanStatus.make({ DPCKey, DPCTimestamp }) });
  assertEquals(bench.afterTest().dpcState, "DPC_SUCCESS");
  const more = goWwanStatus.make({ DPCKey, DPCTimestamp, RSConfigTimestamp: goTime(start) });
  bench.clear().tell({ kind: "wwan", wwan: more });
  assertEquals([bench.of("apply").length, bench.of("publish-status").length > 0], [1, true]);
  bench.afterTest().clear().tell({ kind: "wwan", wwan: more });
  assertEquals(bench.effects, [], "nothing new");
});

Deno.test("event GCP, certificates, vault: Linux follows", () => {
  const bench = working();
  bench.tell({ kind: "settings", settings: { ...settings, sendVendorClass: false } });
  bench.tell({ kind: "reconcile", reason: "the vault is ready" });
  assertEquals(bench.of("apply").map(({ wanted }) => wanted.sendVendorClass), [false, false]);
  bench.tell({ kind: "settings", settings: { ...settings, sendVendorClass: false, testIntervalMs: minute } });
  assertEquals([bench.left("test"), bench.of("apply").length], [minute, 2]);
});

Deno.test("[nim#33] radio silence: no verification while it is imposed, and one when it ends", () => {
  const bench = working();
  const at = goTime(start + 1);
  const silence = (Imposed: boolean, ChangeInProgress: boolean) =>
    goRadioSilence.make({ Imposed, ChangeInProgress, ChangeRequestedAt: at });
  bench.tell({ kind: "radio", silence: silence(true, false), radioOff: true });
  assertEquals(bench.of("apply").at(-1)?.wanted.radioOff, true);
  assertEquals(bench.of("publish-status").at(-1)?.status.RadioSilence.Imposed, true);
  bench.tell({ kind: "network", network: network(link("eth0", { up: false })) });
  assertEquals([bench.state.verification, bench.left("test")], [undefined, 5 * minute], "W8: tested on");
  bench.tell({ kind: "dpc", dpc: entry("manual", 5, 3) });
  assertEquals([bench.entry(bench.index).Key, bench.state.verification], ["manual", undefined]);
  bench.tell({ kind: "radio", silence: silence(false, true), radioOff: false });
  assertEquals(bench.state.verification, undefined);
  bench.tell({ kind: "radio", silence: silence(false, false), radioOff: false });
  assertEquals(bench.state.verification, undefined, "it was not imposed any more before");
});

Deno.test("a verification held by radio silence begins with its end", () => {
  const bench = working();
  const silence = (Imposed: boolean) => goRadioSilence.make({ Imposed, ChangeRequestedAt: goTime(start) });
  bench.tell({ kind: "radio", silence: silence(true), radioOff: true });
  bench.tell({ kind: "radio", silence: silence(false), radioOff: false });
  assert(bench.state.verification !== undefined);
});

Deno.test("what is asked while a test runs is not lost: the wait after it is cut short (W2)", () => {
  const bench = new Bench({ entries: [entry("zedagent", 1)], network: bare() });
  bench.tester = () => notReady;
  bench.testMs = 20_000;
  bench.begin().advance(5_000);
  bench.tester = () => ok;
  bench.tell({ kind: "network", network: ready() });
  bench.advance(15_000);
  assertEquals([bench.dpcState, bench.of("test").length], ["DPC_IPDNS_WAIT", 2]);
  assertEquals(bench.advance(20_000).dpcState, "DPC_SUCCESS");
  assertEquals(bench.state.status.State, DPCState.DPC_SUCCESS);
});
