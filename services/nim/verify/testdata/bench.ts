/** The decider with a clock that the test moves, a tester and an applier that answer as the test says. */
import {
  type DeviceNetworkStatus,
  type DevicePortConfig,
  type DevicePortConfigList,
  DPCState,
  dpcStateName,
  goAddrInfo,
  goDeviceNetworkStatus,
  goDevicePortConfigList,
  goNetworkPortStatus,
  goTime,
} from "../../../topics/mod.ts";
import type { Link } from "../../machine.ts";
import { link as anyLink } from "../../testdata/links.ts";
import type { Applied, AssembleStatus, Network, TestOutcome } from "../../parts.ts";
import { decide } from "../decide.ts";
import type { TimerName, VerifyEffect, VerifyEvent } from "../events.ts";
import { defaultLimits, type Limits, type Rules, type Settings } from "../rules.ts";
import { currentOf, initialState, noNetwork, type VerifyState } from "../state.ts";

/** EVE's defaults. */
export const settings: Settings = {
  testIntervalMs: 300_000,
  testBetterIntervalMs: 600_000,
  testDurationMs: 30_000,
  fallback: false,
  sendVendorClass: true,
};

/** When a bench begins. */
export const start = Date.UTC(2026, 7, 22, 11);

export const ok: TestOutcome = { kind: "ok", text: "", ports: new Map() };
export const failing: TestOutcome = { kind: "failed", text: "no answer", ports: new Map() };
export const notReady: TestOutcome = { kind: "not-ready", text: "no address", ports: new Map() };
export const remote: TestOutcome = { kind: "remote-temporary", text: "503", ports: new Map() };

/** A link with carrier and an address. */
export function link(name: string, some: Partial<Link> = {}): Link {
  return anyLink(name, {
    mac: "",
    addresses: [{ address: "192.0.2.2", prefix: 24 }],
    defaultRouters: ["192.0.2.1"],
    ...some,
  });
}

/** A network with these links, each with a name server. */
export function network(...links: readonly Link[]): Network {
  const servers = { servers: ["192.0.2.53"], domains: [] };
  return { ...noNetwork, links, resolv: new Map(links.map(({ name }) => [name, servers])) };
}

/** All done, with a forwarder that has a server. */
export const done: Applied = {
  inProgress: false,
  failing: [],
  resolverServers: new Map([["eth0", ["192.0.2.53"]]]),
};

const assembleStatus: AssembleStatus = (inputs) => {
  const { config, network, currentIndex, testing } = inputs;
  if (config === undefined) return goDeviceNetworkStatus.zero();
  return goDeviceNetworkStatus.make({
    DPCKey: config.dpc.Key,
    Version: 1,
    State: config.dpc.State,
    CurrentIndex: currentIndex,
    Testing: testing,
    RadioSilence: inputs.radioSilence,
    Ports: (config.dpc.Ports ?? []).map((port) => {
      const found = network.links.find(({ name }) => name === port.IfName);
      const { LastFailed, LastSucceeded, LastError, LastWarning } = port;
      return goNetworkPortStatus.make({
        IfName: port.IfName,
        IsMgmt: port.IsMgmt,
        IsL3Port: port.IsL3Port,
        Up: found?.up ?? false,
        DefaultRouters: found?.defaultRouters ?? null,
        DNSServers: network.resolv.get(port.IfName)?.servers ?? null,
        AddrInfoList: found?.addresses.map(({ address }) => goAddrInfo.make({ Addr: address })) ?? null,
        LastFailed,
        LastSucceeded,
        LastError,
        LastWarning,
      });
    }),
  });
};

/** See the module's comment. */
export class Bench {
  /** Milliseconds since the start. */
  now = 0;
  /** What the wall clock is off. */
  clockStep = 0;
  state: VerifyState;
  readonly timers = new Map<TimerName, number>();
  readonly effects: VerifyEffect[] = [];
  /** What the next tests say, asked when a test starts. */
  tester: (status: DeviceNetworkStatus, dpc: DevicePortConfig | undefined) => TestOutcome = () => ok;
  /** What the next wishes say. */
  applier: () => Applied = () => done;
  /** Wishes get no answer. */
  isStuck = false;
  /** How long a test takes. */
  testMs = 1_000;
  readonly rules: Rules;
  readonly #answers: { readonly due: number; readonly event: VerifyEvent }[] = [];

  constructor(
    some: {
      readonly entries?: readonly DevicePortConfig[];
      readonly network?: Network;
      readonly limits?: Partial<Limits>;
      readonly expectsBootstrap?: boolean;
      readonly rules?: Partial<Rules>;
    } = {},
  ) {
    const list: DevicePortConfigList = goDevicePortConfigList.make({ PortConfigList: some.entries ?? null });
    const begun = initialState(list, some.expectsBootstrap ?? false).state;
    this.state = { ...begun, network: some.network ?? network(link("eth0")) };
    this.rules = {
      limits: { ...defaultLimits, ...some.limits },
      defaults: settings,
      isObserving: false,
      assembleStatus,
      ...some.rules,
    };
    this.tell({ kind: "started" });
  }

  tell(event: VerifyEvent): void {
    const time = goTime(start + this.now + this.clockStep);
    const { state, effects } = decide(this.state, event, { ms: this.now, time }, this.rules);
    this.state = state;
    for (const effect of effects) this.#perform(effect);
  }

  /** Settings, and all that follows at once. */
  begin(some: Partial<Settings> = {}): this {
    this.tell({ kind: "settings", settings: { ...settings, ...some } });
    return this.advance(0);
  }

  /** Goes on by so many milliseconds; answers and timers come at their time. */
  advance(ms: number): this {
    const end = this.now + ms;
    for (;;) {
      const answer = this.#answers.toSorted((a, b) => a.due - b.due)[0];
      const timer = [...this.timers].toSorted(([, a], [, b]) => a - b)[0];
      const due = Math.min(answer?.due ?? Infinity, timer?.[1] ?? Infinity);
      if (due > end) break;
      this.now = Math.max(this.now, due);
      if (answer?.due === due) {
        this.#answers.splice(this.#answers.indexOf(answer), 1);
        this.tell(answer.event);
      } else if (timer !== undefined) {
        this.timers.delete(timer[0]);
        this.tell({ kind: "timer", timer: timer[0] });
      }
    }
    this.now = end;
    return this;
  }

  /** Goes on until the test under way has ended. */
  afterTest(): this {
    return this.advance(this.testMs);
  }

  get index(): number {
    return this.state.list.CurrentIndex;
  }

  /** EVE's name of the current entry's state. */
  get dpcState(): string {
    return dpcStateName(currentOf(this.state)?.State ?? DPCState.DPC_NONE);
  }

  entry(index: number): DevicePortConfig {
    const found = this.state.list.PortConfigList?.[index];
    if (found === undefined) throw new Error(`no entry ${index}`);
    return found;
  }

  /** Effects of a kind since the start, or since `clear`. */
  of<K extends VerifyEffect["kind"]>(kind: K): Extract<VerifyEffect, { kind: K }>[] {
    return this.effects.filter((effect): effect is Extract<VerifyEffect, { kind: K }> =>
      effect.kind === kind
    );
  }

  clear(): this {
    this.effects.length = 0;
    return this;
  }

  /** Milliseconds until a timer fires. */
  left(timer: TimerName): number | undefined {
    const due = this.timers.get(timer);
    return due === undefined ? undefined : due - this.now;
  }

  #perform(effect: VerifyEffect): void {
    this.effects.push(effect);
    switch (effect.kind) {
      case "arm":
        this.timers.set(effect.timer, this.now + Math.max(effect.ms, effect.retryAfterMs ?? 0));
        return;
      case "disarm":
        this.timers.delete(effect.timer);
        return;
      case "apply": {
        const { generation } = effect;
        if (this.isStuck) return;
        this.#answers.push({
          due: this.now,
          event: { kind: "applied", generation, applied: this.applier() },
        });
        return;
      }
      case "test": {
        const { generation, status } = effect;
        const outcome = this.tester(status, currentOf(this.state));
        this.#answers.push({ due: this.now + this.testMs, event: { kind: "tested", generation, outcome } });
        return;
      }
    }
  }
}
