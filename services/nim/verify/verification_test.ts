/** One configuration under verification, to its end. */
import { assertEquals } from "@std/assert";
import {
  goAssignableAdapters,
  goNetworkPortConfig,
  goWwanStatus,
  isZeroTime,
  nilUUID,
} from "../../topics/mod.ts";
import { entry, eth0 } from "../dpc/testdata/entries.ts";
import type { Applied } from "../parts.ts";
import { Bench, done, failing, link, network, notReady, ok, remote } from "./testdata/bench.ts";

const D = 30_000;
const fresh = () => entry("zedagent", 1);

Deno.test("[nim#17] success: one test, DPC_SUCCESS, Testing true and then false, the periodic test is set", () => {
  const bench = new Bench({ entries: [fresh()] }).begin();
  assertEquals(bench.of("publish-status").at(-1)?.status.Testing, true);
  bench.afterTest();
  assertEquals([bench.dpcState, bench.index, bench.of("test").length], ["DPC_SUCCESS", 0, 1]);
  const status = bench.of("publish-status").at(-1)?.status;
  assertEquals([status?.Testing, status?.State], [false, 3]);
  assertEquals([...bench.timers.keys()], ["available", "test"]);
  assertEquals(bench.left("test"), 300_000);
  assertEquals(bench.of("publish-list").at(-1)?.list.PortConfigList?.[0]?.State, 3);
});

Deno.test("[nim#18] no address: DPC_IPDNS_WAIT until 5·D, then DPC_FAIL; a test each D and with each address", () => {
  const bare = network(link("eth0", { addresses: [], defaultRouters: [] }));
  const bench = new Bench({ entries: [fresh()], network: bare });
  bench.testMs = 0;
  bench.tester = () => notReady;
  bench.begin();
  assertEquals([bench.dpcState, bench.left("pending")], ["DPC_IPDNS_WAIT", D]);
  bench.advance(4 * D);
  assertEquals([bench.dpcState, bench.of("test").length], ["DPC_IPDNS_WAIT", 5]);
  const linkLocal = network(
    link("eth0", { addresses: [{ address: "fe80::1", prefix: 64 }], defaultRouters: [] }),
  );
  bench.tell({ kind: "network", network: linkLocal });
  assertEquals(bench.advance(0).of("test").length, 6, "at once with the address event");
  bench.advance(D - 1);
  assertEquals([bench.dpcState, bench.of("test").length], ["DPC_IPDNS_WAIT", 6]);
  bench.advance(1);
  assertEquals([bench.dpcState, bench.entry(0).LastError], ["DPC_FAIL", "no address"]);
  assertEquals(bench.left("test"), 300_000);
});

Deno.test("[nim#19] missing interface: DPC_INTF_WAIT until 2·D, then DPC_FAIL, or on with the others", () => {
  const alone = new Bench({ entries: [fresh()], network: network() });
  alone.testMs = 0;
  alone.tester = () => failing;
  alone.begin().advance(2 * D - 1);
  assertEquals(alone.dpcState, "DPC_INTF_WAIT");
  alone.advance(1);
  assertEquals([alone.dpcState, alone.entry(0).LastError], ["DPC_FAIL", "missing interface eth0"]);

  const eth1 = goNetworkPortConfig.make({ ...eth0, IfName: "eth1", Logicallabel: "eth1" });
  const two = new Bench({ entries: [entry("zedagent", 1, 0, { Ports: [eth0, eth1] })] });
  two.testMs = 0;
  two.tester = () => failing;
  two.begin();
  assertEquals(two.dpcState, "DPC_INTF_WAIT");
  two.advance(2 * D);
  assertEquals([two.dpcState, two.entry(0).LastError], ["DPC_FAIL_WITH_IPANDDNS", "no answer"]);
  assertEquals(two.entry(0).Ports?.map(({ LastError }) => LastError), ["", "missing interface eth1"]);
});

Deno.test("[nim#20] in PCIBack: DPC_PCI_WAIT until 2·D; used by an application it fails at once, with its text", () => {
  const adapters = (UsedByUUID: string) => {
    const bundle = { Ifname: "eth0", IsPCIBack: true, UsedByUUID };
    return goAssignableAdapters.decode({ Initialized: true, IoBundleList: [bundle] });
  };
  const bench = new Bench({ entries: [fresh()], network: network() });
  bench.testMs = 0;
  bench.tester = () => failing;
  bench.tell({ kind: "adapters", adapters: adapters(nilUUID) });
  bench.begin().advance(2 * D - 1);
  assertEquals(bench.dpcState, "DPC_PCI_WAIT");
  assertEquals(bench.advance(1).dpcState, "DPC_FAIL");

  const uuid = "6822e35f-c1b8-43ca-b344-0bbc0ece8cf1";
  const used = new Bench({ entries: [fresh()] });
  used.tell({ kind: "adapters", adapters: adapters(uuid) });
  used.begin();
  const text = `port eth0 in PCIBack is used by ${uuid}`;
  assertEquals([used.dpcState, used.entry(0).LastError, used.of("test").length], ["DPC_FAIL", text, 0]);
  assertEquals(used.entry(0).Ports?.[0]?.LastError, text);
});

Deno.test("[nim#21] background work: DPC_ASYNC_WAIT until 2·D, then it is cancelled and the test runs", () => {
  const bench = new Bench({ entries: [fresh()] });
  const busy: Applied = { ...done, inProgress: true };
  bench.applier = () => busy;
  bench.begin().advance(2 * D - 1);
  assertEquals([bench.dpcState, bench.of("test").length], ["DPC_ASYNC_WAIT", 0]);
  bench.advance(1);
  assertEquals([bench.of("cancel-background").length, bench.of("test").length], [1, 1]);
  assertEquals(bench.afterTest().dpcState, "DPC_SUCCESS");
});

Deno.test("an applier that does not answer holds nothing up: tested after 2·D", () => {
  const bench = new Bench({ entries: [fresh()] });
  bench.isStuck = true;
  bench.begin().advance(2 * D - 1);
  assertEquals([bench.of("apply").length, bench.of("test").length], [1, 0]);
  bench.advance(1);
  assertEquals([bench.of("cancel-background").length, bench.of("test").length], [1, 1]);
  assertEquals(bench.afterTest().dpcState, "DPC_SUCCESS");
});

Deno.test("[nim#22] cellular: DPC_WWAN_WAIT until the modem service answers this configuration, or 3·D", () => {
  const modem = goNetworkPortConfig.make({
    ...eth0,
    IfName: "wwan0",
    WirelessCfg: { ...eth0.WirelessCfg, WType: 1 },
  });
  const cellular = () => {
    const bench = new Bench({
      entries: [entry("zedagent", 1, 0, { Ports: [modem] })],
      network: network(link("wwan0")),
    });
    bench.testMs = 0;
    bench.tester = () => failing;
    return bench.begin();
  };
  const bench = cellular();
  assertEquals(bench.dpcState, "DPC_WWAN_WAIT");
  const { Key, TimePriority } = bench.entry(0);
  const wwan = (DPCKey: string, DPCTimestamp: string) => goWwanStatus.make({ DPCKey, DPCTimestamp });
  bench.tell({ kind: "wwan", wwan: wwan("override", TimePriority) });
  assertEquals([bench.advance(0).of("test").length, bench.state.wwan], [1, undefined], "of another: ignored");
  bench.tester = () => ok;
  bench.tell({ kind: "wwan", wwan: wwan(Key, TimePriority) });
  assertEquals(bench.advance(0).dpcState, "DPC_SUCCESS");

  const silent = cellular().advance(3 * D - 1);
  assertEquals(silent.dpcState, "DPC_WWAN_WAIT");
  assertEquals(silent.advance(1).dpcState, "DPC_FAIL_WITH_IPANDDNS");
});

Deno.test("[nim#23] an address but no controller: DPC_FAIL_WITH_IPANDDNS at once; not ready: DPC_IPDNS_WAIT until 5·D", () => {
  const bench = new Bench({ entries: [fresh()] });
  bench.tester = () => failing;
  bench.begin().afterTest();
  assertEquals([bench.dpcState, bench.now], ["DPC_FAIL_WITH_IPANDDNS", bench.testMs]);
  assertEquals(isZeroTime(bench.entry(0).LastIPAndDNS), false);
  const waiting = new Bench({ entries: [fresh()] });
  waiting.testMs = 0;
  waiting.tester = () => notReady;
  waiting.begin().advance(5 * D - 1);
  assertEquals(waiting.dpcState, "DPC_IPDNS_WAIT");
  assertEquals(waiting.advance(1).dpcState, "DPC_FAIL_WITH_IPANDDNS");
});

Deno.test("[nim#24] a server that can't answer: DPC_REMOTE_WAIT is success with a warning, and no reason to fall back", () => {
  const bench = new Bench({ entries: [fresh(), entry("zedagent", 0, 9)] });
  bench.tester = () => remote;
  bench.begin().afterTest();
  const { LastSucceeded, LastWarning, LastError } = bench.entry(0);
  assertEquals([bench.dpcState, bench.index, LastWarning, LastError], ["DPC_REMOTE_WAIT", 0, "503", ""]);
  assertEquals(isZeroTime(LastSucceeded), false);

  const works = new Bench({ entries: [fresh()] }).begin().afterTest();
  works.tester = () => remote;
  const before = works.entry(0);
  works.advance(3 * 301_000);
  assertEquals([works.of("test").length, works.entry(0)], [4, before], "the periodic test changes nothing");
});

Deno.test("the resolver must have servers, and no error; a nim that only observes has no resolver", () => {
  const failed: Applied = { ...done, resolverError: "dnsmasq can't run" };
  const without: Applied = { ...done, resolverServers: new Map() };
  for (
    const [applied, isObserving, state] of [
      [failed, false, "DPC_IPDNS_WAIT"],
      [without, false, "DPC_IPDNS_WAIT"],
      [without, true, "DPC_FAIL_WITH_IPANDDNS"],
    ] as const
  ) {
    const bench = new Bench({ entries: [fresh()], rules: { isObserving } });
    bench.applier = () => applied;
    bench.tester = () => failing;
    assertEquals(bench.begin().afterTest().dpcState, state);
  }
});
