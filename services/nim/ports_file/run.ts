/**
 * nim with `--ports FILE`, for demonstrations and tests: the ports are those of a file, each is pinged, nothing is decided
 * and nothing changed.
 */
import { newAgentMetrics } from "../../../controllerconn/mod.ts";
import {
  between,
  type Device,
  every,
  followConfigItems,
  jitter,
  keepTouched,
  openTimer,
  openTraffic,
  publishMetricsMap,
  retryDelay,
  signalOnce,
} from "../../agent/mod.ts";
import { type DeviceNetworkStatus, goDeviceNetworkStatus, goTime, topics } from "../../topics/mod.ts";
import { openNimDumper } from "../net_dumps.ts";
import { dumpOutcome } from "./dump_outcome.ts";
import { decide, initialState, type NimEffect, type NimEvent } from "./nim_state.ts";
import { Pinger } from "./ping.ts";
import { proxyRetry, testRetry } from "../retry_policies.ts";
import { filePorts } from "./port_source.ts";

/** The file is read this often, in milliseconds. */
const lookIntervalMs = 5_000;

/** Runs until the device ends. @param file JSON of `DeviceNetworkStatus` @returns 0 */
export async function runPortsFile(device: Device, file: string): Promise<number> {
  const items = followConfigItems(device);
  const metrics = newAgentMetrics(() => device.clock.now());
  const publication = device.bus.publication(topics.nim.DeviceNetworkStatus);
  publication.clearRestarted();
  let status: DeviceNetworkStatus = goDeviceNetworkStatus.zero();
  const { purposes } = openTraffic(device, topics.nim.TrafficCounters);
  const pinger = new Pinger(device, items, { metrics, purposes }, () => status);
  const source = filePorts(file);
  const dumper = openNimDumper(device, items, () => status);
  const look = signalOnce();
  const background = new Set<Promise<unknown>>();
  const testTimer = openTimer(device);
  const proxyTimer = openTimer(device);
  let state = initialState;

  const happen = (event: NimEvent) => {
    const [next, effects] = decide(state, event, goTime(device.clock.now()));
    state = next;
    effects.forEach(perform);
  };
  const inBackground = (work: Promise<unknown>) => {
    background.add(work);
    void work.finally(() => background.delete(work));
  };
  const perform = (effect: NimEffect) => {
    switch (effect.kind) {
      case "publish":
        status = effect.status;
        pinger.networkChanged();
        try {
          publication.publish("global", status);
        } catch (error) {
          device.log.error(
            `DeviceNetworkStatus can't be published: ${error}; tried again with the next change`,
          );
        }
        return;
      case "test":
        return inBackground(orUntestable(() => test(effect.ports)));
      case "find-proxies":
        return inBackground(orUntestable(async () => {
          const results = await pinger.findProxies(effect.ports);
          return { kind: "proxies", results };
        }));
      case "arm-test":
        return armTest(effect);
      case "arm-proxies":
        return proxyTimer.set(retryDelay(device.random, proxyRetry, effect.failures), () => {
          happen({ kind: "proxy-timer" });
        });
    }
  };
  const test = async (ports: readonly string[]): Promise<NimEvent> => {
    const traced = dumper.begin();
    try {
      const tested = await pinger.test(ports, traced?.tracer);
      if (device.signal.aborted) traced?.drop();
      else traced?.publish(dumpOutcome(tested.pings.values()));
      return { kind: "tested", ...tested };
    } catch (error) {
      traced?.drop();
      throw error;
    }
  };
  const orUntestable = async (work: () => Promise<NimEvent>) => {
    try {
      const event = await work();
      if (!device.signal.aborted) happen(event);
    } catch (error) {
      device.log.warn(
        `the controller can't be tested yet: ${error instanceof Error ? error.message : error}`,
      );
      if (!device.signal.aborted) happen({ kind: "untestable" });
    }
  };
  const armTest = ({ after, retryAfterMs }: Extract<NimEffect, { kind: "arm-test" }>) => {
    const delay = after === "success"
      ? jitter(device.random, items.int("timer.port.testinterval") * 1000)
      : retryDelay(
        device.random,
        testRetry(items.int("timer.port.testduration") * 1000),
        1,
        retryAfterMs,
      );
    testTimer.set(delay, () => happen({ kind: "test-timer" }));
  };
  const lookAtPorts = async () => {
    let told = "";
    look.fire();
    while (await look.wait(device.signal)) {
      try {
        happen({ kind: "ports", ports: await source() });
        told = "";
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error);
        if (text !== told && !device.signal.aborted) device.log.error(text);
        told = text;
      }
    }
  };

  await Promise.all([
    lookAtPorts(),
    every(device, () => jitter(device.random, lookIntervalMs), () => look.fire()),
    keepTouched(device),
    publishMetricsMap(device, topics.nim.MetricsMap, metrics, () => {
      return between(device.random, 0.3, 1) * items.int("timer.metric.interval") * 1000;
    }),
  ]);
  await Promise.all(background);
  await dumper.idle;
  return 0;
}
