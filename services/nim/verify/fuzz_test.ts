/** Random events in random order, and what must hold after each of them. */
import { assert } from "@std/assert";
import {
  type DevicePortConfig,
  DPCState,
  goAssignableAdapters,
  goNetworkPortConfig,
  goRadioSilence,
  goTime,
  goWwanStatus,
} from "../../topics/mod.ts";
import { seededRandom } from "../../agent/test_device.ts";
import { entry, eth0, works } from "../dpc/testdata/entries.ts";
import type { VerifyEvent } from "./events.ts";
import { currentOf, isWaiting } from "./state.ts";
import {
  Bench,
  done,
  failing,
  link,
  network,
  notReady,
  ok,
  remote,
  settings,
  start,
} from "./testdata/bench.ts";

const waiting: readonly number[] = [
  DPCState.DPC_IPDNS_WAIT,
  DPCState.DPC_PCI_WAIT,
  DPCState.DPC_INTF_WAIT,
  DPCState.DPC_ASYNC_WAIT,
  DPCState.DPC_WWAN_WAIT,
];

function fuzz(seed: number, steps: number): void {
  const random = seededRandom(seed);
  const chance = (share: number) => random.next() < share;
  const pick = <T>(first: T, ...others: readonly T[]): T => {
    const all = [first, ...others];
    return all[Math.floor(random.next() * all.length)] ?? first;
  };
  const label = () => pick("eth0", "eth1", "wwan0");
  const port = () => {
    const name = label();
    return goNetworkPortConfig.make({
      ...eth0,
      IfName: name,
      Logicallabel: name,
      IsMgmt: chance(0.8),
      AllowLocalModifications: chance(0.5),
      Cost: pick(0, 1, 2),
      InvalidConfig: chance(0.1),
      WirelessCfg: { ...eth0.WirelessCfg, WType: name === "wwan0" ? 1 : 0 },
    });
  };
  const dpc = (): DevicePortConfig =>
    entry(pick("zedagent", "override", "manual", "bootstrap", "usb", "lps"), pick(1, 2, 3, 4, 5, 6), 0, {
      Ports: chance(0.05) ? null : chance(0.5) ? [port()] : [port(), port()],
    });
  const machine = () =>
    network(
      ...["eth0", "eth1", "wwan0"].filter(() => chance(0.8)).map((name) =>
        link(name, {
          up: chance(0.8),
          addresses: chance(0.7) ? [{ address: `192.0.2.${pick(2, 3)}`, prefix: 24 }] : [],
          defaultRouters: chance(0.7) ? ["192.0.2.1"] : [],
        })
      ),
    );
  const bench = new Bench({
    entries: [entry("zedagent", 1, 0, works), entry("override", 2, 1)].filter(() => chance(0.5)),
    expectsBootstrap: chance(0.5),
    network: machine(),
    rules: { isObserving: chance(0.3) },
  });
  const busy = { ...remote, retryAfterMs: 1_200_000 };
  bench.tester = () => pick(ok, failing, notReady, remote, busy);
  bench.applier = () => chance(0.8) ? done : { ...done, inProgress: true };
  const event = (): VerifyEvent => {
    switch (
      pick(
        "settings",
        "dpc",
        "dpc",
        "deleted",
        "network",
        "network",
        "adapters",
        "wwan",
        "radio",
        "resume",
        "old",
      )
    ) {
      case "settings":
        return {
          kind: "settings",
          settings: { ...settings, fallback: chance(0.5), testBetterIntervalMs: pick(0, 600_000) },
        };
      case "dpc":
        return { kind: "dpc", dpc: dpc() };
      case "deleted": {
        const entries = bench.state.list.PortConfigList ?? [];
        return { kind: "dpc-deleted", dpc: entries[Math.floor(random.next() * entries.length)] ?? dpc() };
      }
      case "network":
        return { kind: "network", network: machine() };
      case "adapters": {
        const bundle = {
          Ifname: label(),
          IsPCIBack: chance(0.3),
          UsedByUUID: chance(0.3)
            ? `${"1".repeat(8)}-1111-4111-8111-${"1".repeat(12)}`
            : `${"0".repeat(8)}-0000-0000-0000-${"0".repeat(12)}`,
        };
        return {
          kind: "adapters",
          adapters: goAssignableAdapters.decode({ Initialized: chance(0.8), IoBundleList: [bundle] }),
        };
      }
      case "wwan": {
        const current = currentOf(bench.state);
        const answers = { DPCKey: current?.Key ?? "", DPCTimestamp: current?.TimePriority ?? goTime(start) };
        return {
          kind: "wwan",
          wwan: goWwanStatus.make({ ...answers, RSConfigTimestamp: goTime(start + bench.now) }),
        };
      }
      case "radio": {
        const Imposed = chance(0.3);
        const silence = goRadioSilence.make({
          Imposed,
          ChangeInProgress: chance(0.3),
          ChangeRequestedAt: goTime(start + bench.now),
        });
        return { kind: "radio", silence, radioOff: Imposed };
      }
      case "old":
        return chance(0.5)
          ? { kind: "tested", generation: bench.state.testGeneration - 1, outcome: ok }
          : { kind: "applied", generation: bench.state.applyGeneration - 1, applied: done };
      default:
        return { kind: "resume" };
    }
  };
  for (let step = 0; step < steps; step++) {
    const told = event();
    bench.clear().tell(told);
    check(bench, `seed ${seed}, step ${step}, after ${told.kind}`);
    if (chance(0.1)) bench.clockStep += pick(-7_200_000, 7_200_000, 60_000);
    bench.clear().advance(pick(0, 500, 5_000, 60_000, 700_000));
    check(bench, `seed ${seed}, step ${step}, later`);
  }
}

function check(bench: Bench, where: string): void {
  const { state } = bench;
  const entries = state.list.PortConfigList ?? [];
  const { CurrentIndex } = state.list;
  const current = currentOf(state);
  assert(CurrentIndex >= -1 && CurrentIndex < entries.length, `${where}: index ${CurrentIndex}`);
  const manual = entries.findIndex(({ Key }) => Key === "manual");
  assert(
    state.settings === undefined || manual === -1 || CurrentIndex <= manual,
    `${where}: ${CurrentIndex} is below manual ${manual}`,
  );
  assert(state.timers.size > 0 || state.work.kind !== "none", `${where}: nothing will ever happen again`);
  assert(
    state.settings === undefined || state.work.kind !== "none" || state.timers.has("test") ||
      state.timers.has("pending"),
    `${where}: no test to come`,
  );
  assert([...state.timers].every((timer) => bench.timers.has(timer)), `${where}: timers differ`);
  if (isWaiting(state)) {
    assert(waiting.includes(current?.State ?? 0), `${where}: waits in ${current?.State}`);
    assert(state.timers.has("pending"), `${where}: waits without timer`);
  }
  assert(state.verification === undefined || current !== undefined, `${where}: verifies nothing`);
  assert(state.work.kind !== "applying" || state.verification !== undefined, `${where}: applies for nobody`);
  assert(!entries.some(({ Key }) => Key === "lps"), `${where}: overrides in the list`);
  if (state.settings !== undefined) {
    assert(state.status.Testing === (state.verification !== undefined), `${where}: Testing`);
    assert(state.status.State === (current?.State ?? 0), `${where}: the status tells another state`);
  }
  assert(bench.of("test").length < 400, `${where}: ${bench.of("test").length} tests`);
}

Deno.test("25 seeds of 250 random events: a valid selection, never below manual, always something to come", () => {
  for (let seed = 1; seed <= 25; seed++) fuzz(seed, 250);
});
