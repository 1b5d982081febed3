import { assertEquals } from "@std/assert";
import {
  goAddrInfo,
  goDevicePortConfigList,
  goNodeDrainStatus,
  goVaultStatus,
  type NetworkPortStatus,
} from "../../topics/mod.ts";
import { type BusView, emptyBus } from "../bus/view.ts";
import { disconnectedBus, healthyBus, loopback } from "../test_site.ts";
import { outdatesRequests, triggerOf } from "./changes.ts";
import { noReports, reports, type ReportsEffect, type ReportsEvent, type ReportsState } from "./reports.ts";

const at = (second: number) => `2026-08-20T09:00:${String(second).padStart(2, "0")}Z`;

/** Plays events from a state in which the bus is known and nothing runs. */
class Play {
  state: ReportsState;
  readonly effects: ReportsEffect[] = [];
  constructor(view: BusView) {
    this.state = { ...noReports(0), view, notBefore: 0 };
  }
  do(...events: ReportsEvent[]): this {
    for (const event of events) {
      const [next, effects] = reports(this.state, event);
      this.state = next;
      this.effects.push(...effects);
    }
    return this;
  }
  bus(view: BusView, now: number): this {
    return this.do({ kind: "bus", view, now });
  }
  words(): string[] {
    return this.effects.flatMap((effect) => effect.kind === "report" ? [effect.word] : [effect.kind]);
  }
}

const led = (BlinkCounter: number) => healthyBus({ led: { BlinkCounter } });

Deno.test("[diag#4] the first report with all three gate topics is called first, whatever came before", () => {
  const play = new Play(emptyBus);
  play.state = { ...play.state, notBefore: 500 };
  const whole = healthyBus();
  play.bus({ ...emptyBus, led: whole.led }, 0).bus({ ...emptyBus, led: whole.led, network: whole.network }, 1)
    .bus(whole, 2).do({ kind: "woken", now: 500 });
  assertEquals(play.words().filter((word) => word !== "wake"), ["first"]);
});

Deno.test("[diag#3] before the gate opens there are reports all the same", () => {
  const play = new Play(emptyBus).bus({ ...emptyBus, zedagent: healthyBus().zedagent }, 0);
  assertEquals(play.words(), ["DeviceState"]);
});

Deno.test("[diag#5] ten quick changes give one report, and one for the rest, 5 s after the first has ended", () => {
  const play = new Play(led(0));
  for (let n = 1; n <= 10; n++) play.bus(led(n), n);
  assertEquals(play.words(), ["LED"]);
  play.do({ kind: "ended", now: 100 }, { kind: "woken", now: 5_099 });
  assertEquals(play.words().filter((word) => word !== "wake"), ["LED"]);
  assertEquals(play.effects.at(-1), { kind: "wake", at: 5_100 });
  play.do({ kind: "woken", now: 5_100 }, { kind: "ended", now: 5_200 }, { kind: "woken", now: 20_000 });
  assertEquals(play.words().filter((word) => word !== "wake"), ["LED", "LED"]);
});

Deno.test("the follow-up has the word of the first event that came meanwhile", () => {
  const play = new Play(led(1)).bus(led(2), 0);
  const drain = goNodeDrainStatus.make({ Status: 3 });
  play.bus({ ...led(2), drain }, 1).bus({ ...led(3), drain }, 2).do({ kind: "ended", now: 3 }, {
    kind: "woken",
    now: 9_000,
  });
  assertEquals(play.words().filter((word) => word !== "wake"), ["LED", "NodeDrain"]);
});

function change(before: Partial<NetworkPortStatus>, after: Partial<NetworkPortStatus>): string | undefined {
  return triggerOf(healthyBus({}, [loopback(before)]), healthyBus({}, [loopback(after)]));
}

Deno.test("[diag#6] a new success time of a healthy port is no reason for a report", () => {
  assertEquals(change({ LastSucceeded: at(1) }, { LastSucceeded: at(2) }), undefined);
  assertEquals(
    change({ LastFailed: at(1), LastSucceeded: at(2) }, { LastFailed: at(1), LastSucceeded: at(3) }),
    undefined,
  );
});

Deno.test("[diag#7] a port that gains or loses its error is one, and so are addresses, cost, State, Testing, deletion", () => {
  const well = { LastSucceeded: at(1) };
  const ill = { LastSucceeded: at(1), LastFailed: at(2), LastError: "no" };
  assertEquals(change(well, ill), "Network");
  assertEquals(change(ill, { ...ill, LastSucceeded: at(3) }), "Network");
  assertEquals(change({ Cost: 0 }, { Cost: 1 }), "Network");
  assertEquals(change({}, { AddrInfoList: [goAddrInfo.make({ Addr: "127.0.0.2" })] }), "Network");
  assertEquals(triggerOf(healthyBus(), disconnectedBus()), "Network");
  const testing = healthyBus();
  assertEquals(
    triggerOf(testing, { ...testing, network: { ...testing.network!, Testing: true } }),
    "Network",
  );
  assertEquals(triggerOf(testing, { ...testing, network: undefined }), "Network");
});

Deno.test("every other trigger has its word; what triggers nothing gives none", () => {
  const bus = healthyBus();
  const to = (some: Partial<BusView>) => triggerOf(bus, { ...bus, ...some });
  const list = bus.portConfigs?.PortConfigList ?? [];
  const config = (some: Partial<typeof list[number]>) =>
    goDevicePortConfigList.make({ PortConfigList: list.map((each) => ({ ...each, ...some })) });
  assertEquals(to({ led: { BlinkCounter: 2 } }), "LED");
  assertEquals(to({ portConfigs: config({ Key: "other" }) }), "DPC");
  assertEquals(to({ portConfigs: config({ LastSucceeded: at(1), TimePriority: at(2) }) }), undefined);
  assertEquals(
    to({ onboarding: { DeviceUUID: "0b6f3c1e-0000-4000-8000-000000000000", HardwareModel: "x" } }),
    "Onboard",
  );
  assertEquals(to({ zedagent: { ...bus.zedagent!, DeviceState: 3 } }), "DeviceState");
  assertEquals(to({ vault: goVaultStatus.make({}) }), "VaultStatus");
  assertEquals(to({ drain: goNodeDrainStatus.make({}) }), "NodeDrain");
  assertEquals(to({ items: undefined, logs: undefined }), undefined);
});

Deno.test("a report is abandoned when the network is another one, but not for times, and not for ever", () => {
  const down = (Cost: number) => disconnectedBus({}, [loopback({ Cost })]);
  assertEquals(
    outdatesRequests(down(0), disconnectedBus({}, [loopback({ LastFailed: at(1), LastError: "x" })])),
    false,
  );
  assertEquals(outdatesRequests(down(0), healthyBus()), true);
  const play = new Play(down(0));
  let now = 0;
  for (let cost = 1; cost <= 9; cost++) {
    play.bus(down(cost), now);
    if (play.state.running?.abandoned) play.do({ kind: "ended", now }, { kind: "woken", now: now += 6_000 });
  }
  assertEquals(play.words().filter((word) => word === "abandon").length, 2, "the third is finished");
  play.do({ kind: "ended", now });
  assertEquals(play.state.abandonedInARow, 0);
});
