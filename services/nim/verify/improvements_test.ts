/** Where the decider does better than EVE's (`spec/nim.md §19`): W8, W9, W25, W26, W27, and [nim#32]. */
import { assert, assertEquals } from "@std/assert";
import { type DevicePortConfig, goNetworkPortConfig } from "../../topics/mod.ts";
import { entry, eth0, works } from "../dpc/testdata/entries.ts";
import { hopeless } from "./precheck.ts";
import { Bench, failing, link, network, notReady, ok } from "./testdata/bench.ts";

const minute = 60_000;
const D = 30_000;
const onlyKey = (key: string): Bench["tester"] => (_, dpc) => dpc?.Key === key ? ok : failing;
const on = (name: string) => goNetworkPortConfig.make({ ...eth0, IfName: name, Logicallabel: name });
const bare = (some = {}) => network(link("eth0", { addresses: [], defaultRouters: [], ...some }));

Deno.test("W6: each verification asks the resolver to forget what it knows, a periodic test does not", () => {
  const bench = new Bench({ entries: [entry("zedagent", 1)] }).begin().afterTest();
  const generation = () => bench.of("apply").at(-1)?.wanted.resolverGeneration ?? 0;
  const first = generation();
  bench.advance(5 * minute + bench.testMs);
  assertEquals([bench.of("test").length, generation()], [2, first]);
  bench.tell({ kind: "network", network: network(link("eth0", { up: false })) });
  assertEquals(generation(), first + 1);
});

Deno.test("W25: the current one failed and cools down; its address or link comes: verified at once", () => {
  for (const before of [bare(), network(link("eth0", { up: false })), network()]) {
    const bench = new Bench({ entries: [entry("zedagent", 1)], network: before });
    bench.tester = () => notReady;
    bench.begin().advance(7 * D);
    assertEquals([bench.dpcState.slice(0, 8), bench.state.verification], ["DPC_FAIL", undefined]);
    bench.tester = () => ok;
    bench.tell({ kind: "network", network: network(link("eth0")) });
    assertEquals(bench.afterTest().dpcState, "DPC_SUCCESS");
  }
});

Deno.test("W25: after DPC_FAIL_WITH_IPANDDNS another address is tried at once, a lost one is not", () => {
  const bench = new Bench({ entries: [entry("zedagent", 1)] });
  bench.tester = () => failing;
  bench.begin().afterTest();
  assertEquals(bench.dpcState, "DPC_FAIL_WITH_IPANDDNS");
  bench.clear().tell({ kind: "network", network: bare() });
  assertEquals([bench.advance(minute).of("test").length, bench.state.verification], [0, undefined]);
  bench.tester = () => ok;
  bench.tell({ kind: "network", network: network(link("eth0")) });
  assertEquals(bench.afterTest().dpcState, "DPC_SUCCESS");
});

Deno.test("W25: one failed periodic test, then a new gateway: tested at once, and a failure then counts for nothing", () => {
  const bench = new Bench({ entries: [entry("zedagent", 1)] }).begin().afterTest();
  bench.tester = () => failing;
  bench.advance(5 * minute + bench.testMs);
  const gateway = (address: string) => network(link("eth0", { defaultRouters: [address] }));
  bench.clear().tell({ kind: "network", network: gateway("192.0.2.7") });
  bench.afterTest();
  assertEquals([bench.of("test").length, bench.left("test"), bench.state.verification], [1, D, undefined]);
  bench.tester = () => ok;
  bench.tell({ kind: "network", network: gateway("192.0.2.8") });
  bench.afterTest();
  assertEquals([bench.state.controllerWorks, bench.left("test")], [true, 5 * minute]);
});

Deno.test("the last address of a working one goes: verified at once, not after two periodic tests", () => {
  const bench = new Bench({
    entries: [entry("zedagent", 2), entry("override", 1, 0, { Ports: [on("eth1")] })],
  });
  bench.state = { ...bench.state, network: network(link("eth0"), link("eth1")) };
  bench.begin().afterTest();
  bench.tester = (_, dpc) => dpc?.Key === "override" ? ok : notReady;
  const without = link("eth0", { addresses: [], defaultRouters: [] });
  bench.tell({ kind: "network", network: network(without, link("eth1")) });
  bench.advance(5 * D + 2 * bench.testMs);
  assertEquals([bench.index, bench.dpcState], [0, "DPC_IPDNS_WAIT"]);
});

function onBackup(some: ConstructorParameters<typeof Bench>[0] = {}): Bench {
  const top = entry("zedagent", 2);
  const backup = entry("override", 1, 0, { ...works, Ports: [on("eth1")] });
  const bench = new Bench({
    entries: [top, backup],
    network: network(link("eth0"), link("eth1")),
    ...some,
  });
  bench.tester = onlyKey("override");
  bench.begin().advance(2 * bench.testMs).clear();
  assertEquals([bench.index, bench.dpcState], [1, "DPC_SUCCESS"]);
  return bench;
}

Deno.test("events that lead to nothing do not put off the periodic test (W8)", () => {
  const bench = new Bench({ entries: [entry("zedagent", 1)], network: network() });
  bench.tester = () => failing;
  bench.begin().advance(3 * D);
  assertEquals([bench.dpcState, bench.state.verification], ["DPC_FAIL", undefined]);
  bench.clear();
  for (let second = 0; second < 300; second++) {
    const addresses = [{ address: second % 2 === 0 ? "fe80::1" : "fe80::2", prefix: 64 }];
    bench.tell({
      kind: "network",
      network: network(link("eth0", { up: false, addresses, defaultRouters: [] })),
    });
    bench.advance(1_000);
  }
  assert(bench.of("test").length > 0);
});

Deno.test("W26: a better one without link is not tried: the working one stays, and better is set again", () => {
  const bench = onBackup();
  bench.tell({ kind: "network", network: network(link("eth0", { up: false }), link("eth1")) });
  bench.advance(bench.testMs).clear().advance(10 * minute);
  assertEquals([bench.index, bench.of("publish-list").length], [1, 0]);
  const notes = bench.of("decision").map(({ reason }) => reason);
  assert(notes.some((text) => text.endsWith("index 0 is not tried: link of eth0 is down")), notes.join("\n"));
  assert((bench.left("better") ?? 0) > 0);
  bench.tell({ kind: "network", network: network(link("eth1")) });
  bench.advance(10 * minute);
  assert(bench.of("decision").some(({ reason }) => reason.endsWith("interface eth0 is missing")));
  bench.tester = () => ok;
  bench.tell({ kind: "network", network: network(link("eth0"), link("eth1")) });
  assertEquals(bench.afterTest().index, 0, "its link is back, and it has cooled down");
});

Deno.test("W26: of a modem, a VLAN on a good link and an interface that is off nothing is known: they are tried", () => {
  const vlan = goNetworkPortConfig.make({ ...on("eth0.5"), L2Type: 1, VLAN: { ParentPort: "eth0", ID: 5 } });
  const parent = goNetworkPortConfig.make({ ...on("eth0"), IsMgmt: false });
  const modem = goNetworkPortConfig.make({ ...on("wwan0"), WirelessCfg: { ...eth0.WirelessCfg, WType: 1 } });
  const defect = (Ports: DevicePortConfig["Ports"], some = {}) =>
    hopeless(entry("zedagent", 2, 0, { Ports }), network(link("eth0", some)), undefined);
  assertEquals(defect([vlan, parent]), undefined);
  assertEquals(defect([vlan, parent], { up: false }), "link of eth0 is down");
  assertEquals(defect([on("eth0")], { up: false, adminUp: false }), undefined);
  assertEquals(defect([modem]), undefined);
  assertEquals(defect([on("eth7"), on("eth0")]), undefined, "one is enough");
  assertEquals(defect([on("eth7")]), "interface eth7 is missing");
  assertEquals(defect([]), "no management port");
});

Deno.test("W27: a better one waits until the current one has worked for the minimum, a new one does not", () => {
  const limits = { minimumWorkingMs: 20 * minute };
  const bench = onBackup({ limits });
  bench.advance(10 * minute);
  assertEquals([bench.index, bench.of("apply").length, bench.left("better")], [1, 0, 10 * minute]);
  bench.advance(10 * minute);
  assertEquals([bench.index, bench.of("apply").length], [0, 1]);
  const fresh = onBackup({ limits });
  fresh.tell({ kind: "dpc", dpc: entry("zedagent", 9, 5) });
  assertEquals([fresh.index, fresh.of("apply").length], [0, 1]);
});

Deno.test("W27: the cool-down is an option", () => {
  const bench = onBackup({ limits: { coolDownMs: 30 * minute } });
  bench.advance(29 * minute);
  assertEquals([bench.index, bench.of("apply").length], [1, 0]);
  bench.advance(2 * minute);
  assertEquals(bench.of("apply").map(({ wanted }) => wanted.ports[0]?.IfName), ["eth0", "eth1"]);
});

const local = { Ports: [goNetworkPortConfig.make({ ...eth0, AllowLocalModifications: true })] };
const lps = () => entry("lps", 1, 0, { Ports: [goNetworkPortConfig.make({ ...eth0, MTU: 1400 })] });

Deno.test("[nim#32] all management ports use overrides: later restarts are suppressed, tests go on (W8)", () => {
  const bench = new Bench({ entries: [entry("zedagent", 1, 0, local)] }).begin().afterTest();
  bench.tell({ kind: "dpc", dpc: lps() });
  assertEquals(bench.of("apply").at(-1)?.wanted.ports[0]?.MTU, 1400, "the first is verified");
  bench.afterTest();
  bench.tester = () => failing;
  bench.clear().advance(30 * minute);
  assertEquals([bench.of("apply").length, bench.state.verification], [0, undefined]);
  assert(bench.of("test").length >= 5, String(bench.of("test").length));
  bench.tester = () => ok;
  bench.tell({ kind: "dpc", dpc: entry("zedagent", 5, 4) });
  assertEquals(bench.afterTest().index, 0, "a new configuration is no restart of the old one");
});

Deno.test("W9: overrides that fail in their first verification are kept; deleting the key ends them", () => {
  const entries = [entry("zedagent", 2, 0, local), entry("zedagent", 1, 7, works)];
  const bench = new Bench({ entries });
  bench.tester = () => failing;
  bench.tell({ kind: "dpc", dpc: lps() });
  bench.begin().afterTest();
  assertEquals([bench.index, bench.dpcState, bench.state.verification], [
    0,
    "DPC_FAIL_WITH_IPANDDNS",
    undefined,
  ]);
  assertEquals(bench.entry(1).LastFailed < bench.entry(1).LastSucceeded, true, "the old one was not touched");
  bench.tester = () => ok;
  bench.advance(6 * minute).tell({ kind: "dpc-deleted", dpc: lps() });
  assertEquals(bench.of("apply").at(-1)?.wanted.ports[0]?.MTU, 0);
  assertEquals(bench.afterTest().dpcState, "DPC_SUCCESS");
});

Deno.test("an override's results are its own", () => {
  const bench = new Bench({ entries: [entry("zedagent", 1, 0, local)] }).begin().afterTest();
  bench.tell({ kind: "dpc", dpc: lps() });
  bench.tester = () => ({ ...failing, ports: new Map([["eth0", { kind: "failure", error: "no route" }]]) });
  bench.advance(0);
  bench.afterTest().advance(5 * minute + bench.testMs);
  assertEquals(bench.entry(0).Ports?.[0]?.LastError, "");
  assertEquals(bench.state.overrides.get("eth0")?.LastError, "no route");
});

Deno.test("an arrival below the one that is verified does not start its time anew", () => {
  const bench = new Bench({ entries: [entry("zedagent", 9)], network: bare() });
  bench.tester = () => notReady;
  bench.begin();
  for (let n = 1; n < 4; n++) {
    bench.advance(D + 1_000).tell({ kind: "dpc", dpc: entry("usb", n, n) });
    assertEquals(bench.index, 0);
  }
  bench.advance(3 * D);
  assert(bench.entry(0).LastError !== "", "its time was over");
});

Deno.test("the same again while it is verified looks again, and does not start its time anew", () => {
  const bench = new Bench({ entries: [entry("zedagent", 1)], network: bare() });
  bench.tester = () => notReady;
  bench.begin();
  for (let n = 2; n < 8; n++) {
    bench.advance(20_000 + D);
    bench.tell({ kind: "dpc", dpc: entry("zedagent", n) });
  }
  assertEquals(bench.dpcState, "DPC_FAIL");
});
