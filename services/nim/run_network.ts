/** nim on this machine: the decider, with Linux, the controller, the clock and the bus around it (`spec/nim.md §4`). */
import { newAgentMetrics } from "../../controllerconn/mod.ts";
import { type Device, followConfigItems, openTimer, retryDelay } from "../agent/mod.ts";
import { goDevicePortConfigList, goTime, type WwanStatus } from "../topics/mod.ts";
import { openApplier } from "./apply/applier.ts";
import { observingApplier } from "./apply/observing.ts";
import { dhcpcdStopArguments } from "./apply/dhcpcd_arguments.ts";
import type { AdapterKind } from "./apply/targets.ts";
import { expectsBootstrap, findConfigs, ingestOverrideFiles, readOverrideFiles } from "./config_files.ts";
import { Tester } from "./connectivity/tester.ts";
import { followLinux } from "./follow_linux.ts";
import { openGeo } from "./geo/open_geo.ts";
import { effectiveConfig } from "./lps/overrides.ts";
import type { NetworkMode } from "./network_mode.ts";
import { openOutlets, type Outlets } from "./outlets.ts";
import type { Applied } from "./parts.ts";
import { openProxyFinder } from "./proxy_finder.ts";
import { openRadio } from "./radio/radio_runner.ts";
import { betterRetry, periodicRetry, verifyRetry } from "./retry_policies.ts";
import { settingsOf } from "./settings.ts";
import { assembleStatus } from "./status/assemble.ts";
import { openSubscriptions } from "./subscriptions.ts";
import { openTestRunner } from "./test_runner.ts";
import { decide, type Decision } from "./verify/decide.ts";
import { decisionText, type TimerName, type VerifyEffect, type VerifyEvent } from "./verify/events.ts";
import { defaultLimits, type Limits, type Rules } from "./verify/rules.ts";
import { currentOf, initialState } from "./verify/state.ts";
import { openWireless } from "./wireless/open_wireless.ts";
import { wwanConfig } from "./wwan/wwan_config.ts";
import { isAcceptable } from "./wwan/wwan_status.ts";

/** See {@linkcode runNetwork}. */
export interface NetworkOptions {
  readonly mode: Exclude<NetworkMode, "plan">;
  readonly adapters: AdapterKind;
  readonly limits?: Limits;
  /** Of a service that tells where a sender is on earth; nobody is asked without it. */
  readonly geoUrl?: string;
  readonly watcher?: DecisionWatcher;
}

/** Sees what the decider does, and may say something to it. */
export interface DecisionWatcher {
  /** After the effects of an event were begun. @param time Go time text @param happen tells the decider what comes next */
  decided(event: VerifyEvent, decided: Decision, time: string, happen: (next: VerifyEvent) => void): void;
}

/** Runs until the device ends. @returns 0 */
export async function runNetwork(
  device: Device,
  options: NetworkOptions,
  outlets: Outlets = openOutlets(device),
): Promise<number> {
  const isObserving = options.mode === "observe";
  const { publications, purposes } = outlets;
  const found = findConfigs(device);
  const files = outlets.isQuiet ? [...readOverrideFiles(device, found).values()] : [];
  if (!outlets.isQuiet) ingestOverrideFiles(device, found);
  const begun = initialState(
    publications.storedList ?? goDevicePortConfigList.zero(),
    files.length > 0 || expectsBootstrap(device, found),
    publications.storedStatus,
  );
  for (const reason of begun.refused) device.log.warn(reason);
  let { state } = begun;

  const metrics = newAgentMetrics(() => device.clock.now());
  let hasStarted = false;
  let hasSettings = isObserving;
  const settingsChanged = () => {
    hasSettings = true;
    if (hasStarted) happen({ kind: "settings", settings: settingsOf(items) });
  };
  const items = followConfigItems(device, settingsChanged, () => {
    if (state.settings === undefined) settingsChanged();
  });
  const rules: Rules = {
    limits: options.limits ?? defaultLimits,
    defaults: settingsOf(items),
    isObserving,
    assembleStatus(inputs) {
      const status = assembleStatus({ ...inputs, ...(wireless && { pnac: wireless.published }) });
      return geo?.into(status) ?? status;
    },
  };

  const queue: VerifyEvent[] = [];
  let isHeld = true;
  const happen = (event: VerifyEvent) => {
    if (queue.push(event) > 1 || isHeld || device.signal.aborted) return;
    for (let next = queue[0]; next !== undefined; next = queue[0]) {
      const before = state;
      const now = { ms: device.clock.monotonic(), time: goTime(device.clock.now()) };
      const decided = decide(state, next, now, rules);
      state = decided.state;
      decided.effects.forEach(perform);
      const isOther = state.list !== before.list || state.overrides !== before.overrides;
      if (isOther) publishWwan();
      const dpc = effective();
      if (dpc !== undefined && (isOther || state.network !== before.network)) {
        wireless?.apply(dpc.Ports ?? [], state.network);
      }
      if (before.settings === undefined && state.settings !== undefined) {
        subscriptions.activate();
        for (const dpc of files) happen({ kind: "dpc", dpc });
      }
      options.watcher?.decided(next, decided, now.time, happen);
      queue.shift();
    }
    outlets.touched();
  };

  const tester = new Tester(device, {
    items,
    status: () => state.status,
    links: () => state.network.links,
    locUrl: () => subscriptions.locUrl,
    metrics,
    purposes,
    withoutWrites: outlets.isQuiet,
  });
  const proxies = openProxyFinder(device, tester, (proxies) => happen({ kind: "proxies", found: proxies }));
  const dumper = outlets.dumper(items, () => state.status);
  const tests = openTestRunner(
    device,
    { tester, proxies, dumper },
    (generation, outcome) => happen({ kind: "tested", generation, outcome }),
  );
  const applier = isObserving ? observingApplier() : openApplier(device, {
    adapters: options.adapters,
    logQueries: false,
    settled: () => happen({ kind: "resume" }),
  });
  const radio = openRadio(isObserving, (event) => {
    happen(event);
    publishWwan();
  });
  const wwanChanged = (wwan: WwanStatus) => {
    const { wanted } = radio.state;
    if (isAcceptable(wwan, currentOf(state), wanted.ChangeRequestedAt)) radio.wwanChanged(wwan);
    happen({ kind: "wwan", wwan });
  };
  const subscriptions = openSubscriptions(device, {
    happen,
    radioRequested: (request) => radio.requested(request),
    wwanChanged,
  });
  const effective = () => {
    const current = currentOf(state);
    return current === undefined ? undefined : effectiveConfig(current, state.overrides).dpc;
  };
  const effectivePorts = () => effective()?.Ports ?? [];
  const wireless = isObserving ? undefined : openWireless(device, {
    changed: () => happen({ kind: "reconcile", reason: "802.1X of a port changed" }),
    restartDhcp: (ifName) => void restartDhcp(ifName),
    maxRetries: () => items.int("pnac.dhcp.reacquire.max.retries"),
  });
  const restartDhcp = async (ifName: string) => {
    const port = effectivePorts().find(({ IfName }) => IfName === ifName);
    if (port === undefined) return;
    device.log.info(`${ifName}: DHCP begins anew after a change of 802.1X`);
    await device.commands.run("dhcpcd", dhcpcdStopArguments(port), device.signal);
    if (!device.signal.aborted) happen({ kind: "reconcile", reason: `DHCP of ${ifName} begins anew` });
  };
  const geo = options.geoUrl === undefined ? undefined : openGeo(device, {
    url: options.geoUrl,
    items,
    status: () => state.status,
    changed: () => happen({ kind: "reconcile", reason: "the place of an address is known" }),
  });
  const publishWwan = () => {
    const dpc = effective();
    if (dpc === undefined) return;
    publications.wwanConfig(wwanConfig(dpc, state.adapters, radio.state.wanted));
  };
  const timers = new Map(timerNames.map((name) => [name, openTimer(device)]));

  const perform = (effect: VerifyEffect) => {
    switch (effect.kind) {
      case "publish-list":
        return publications.list(effect.list);
      case "publish-status":
        publications.status(effect.status);
        tester.networkChanged();
        return proxies.follow(effect.status);
      case "publish-tested":
        return publications.tested(effect.dpc);
      case "apply": {
        const { generation, wanted, network } = effect;
        return void applier.apply(wanted, network).then((applied) => {
          if (device.signal.aborted) return;
          tellFailing(applied.failing);
          radio.applied(applied);
          happen({ kind: "applied", generation, applied });
        });
      }
      case "cancel-background":
        return applier.cancelBackground();
      case "test":
        return tests.start(effect.generation);
      case "stop-test":
        return tests.stop();
      case "dump":
        return tests.dump(effect.generation, effect.outcome);
      case "arm":
        return arm(effect.timer, effect.ms, effect.retryAfterMs);
      case "disarm":
        return timers.get(effect.timer)?.cancel();
      case "decision":
        return device.log[effect.level](decisionText(effect));
      case "log":
        return device.log[effect.level](effect.text);
    }
  };
  let toldFailing = "";
  const tellFailing = (failing: Applied["failing"]) => {
    const text = failing.map(({ item, error }) => `${item}: ${error}`).join("; ");
    if (text !== toldFailing && text !== "") device.log.warn(`${text}; tried again with the next change`);
    toldFailing = text;
  };
  const arm = (timer: TimerName, ms: number, retryAfterMs?: number) => {
    const delay = timer === "available"
      ? ms
      : retryDelay(device.random, policies[timer](ms), 1, retryAfterMs);
    timers.get(timer)?.set(delay, () => happen({ kind: "timer", timer }));
  };

  const linux = followLinux(
    device,
    () => (currentOf(state)?.Ports ?? []).map(({ IfName }) => IfName),
    (network) => happen({ kind: "network", network }),
  );
  await linux.first;
  // Whatever came earlier waits: decided without a look at Linux, it would undo what an earlier nim has set up.
  const early = queue.splice(0);
  isHeld = false;
  const isLook = ({ kind }: VerifyEvent) => kind === "network";
  [...early.filter(isLook), { kind: "started" } as const, ...early.filter((event) => !isLook(event))].forEach(
    happen,
  );
  hasStarted = true;
  if (hasSettings) settingsChanged();

  await Promise.all([
    linux.running,
    geo?.running,
    outlets.keep(items, metrics),
  ]);
  await Promise.all([tests.idle, dumper.idle, wireless?.idle]);
  return 0;
}

const policies = { pending: verifyRetry, test: periodicRetry, better: betterRetry } as const;
const timerNames: readonly TimerName[] = ["test", "better", "pending", "available"];
