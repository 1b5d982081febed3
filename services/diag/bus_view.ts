/** What the bus says at one moment: read once, waited for at most 3 s (decisions.md 20). */
import { childAbort, type Device, signalOnce } from "../agent/mod.ts";
import type { Subscription, Topic } from "../pubsub/mod.ts";
import {
  type ConfigItemValueMap,
  type DeviceNetworkStatus,
  type DevicePortConfigList,
  type LedBlinkCounter,
  type NewlogMetrics,
  type OnboardingStatus,
  topics,
  type ZedAgentStatus,
} from "../topics/mod.ts";

/** Values of the topics; `undefined` where nothing is published. */
export interface BusView {
  readonly items: ConfigItemValueMap | undefined;
  readonly led: LedBlinkCounter | undefined;
  readonly network: DeviceNetworkStatus | undefined;
  readonly portConfigs: DevicePortConfigList | undefined;
  readonly onboarding: OnboardingStatus | undefined;
  readonly zedagent: ZedAgentStatus | undefined;
  readonly logs: NewlogMetrics | undefined;
}

/** Longest wait for topics that are not there, in milliseconds. */
export const longestWaitMs = 3_000;

/** Resolves as soon as every topic has a value, and after 3 s with what there is. */
export async function readBus(device: Device): Promise<BusView> {
  const changed = signalOnce();
  const follow = <T>(topic: Topic<T>): Subscription<T> => {
    const subscription = device.bus.subscription(topic, { create: changed.fire, modify: changed.fire });
    subscription.activate();
    return subscription;
  };
  const items = follow(topics.zedagent.ConfigItemValueMap);
  const led = follow(topics.global.LedBlinkCounter);
  const network = follow(topics.nim.DeviceNetworkStatus);
  const portConfigs = follow(topics.nim.DevicePortConfigList);
  const onboarding = follow(topics.zedclient.OnboardingStatus);
  const zedagent = follow(topics.zedagent.ZedAgentStatus);
  const logs = follow(topics.loguploader.NewlogMetrics);

  const all = [items, led, network, portConfigs, onboarding, zedagent, logs];
  const enough = childAbort(device.signal);
  const timer = device.clock.sleep(longestWaitMs, enough.signal).then(enough.abort);
  while (all.some((subscription) => subscription.getAll().size === 0)) {
    if (!await changed.wait(enough.signal)) break;
  }
  enough.abort();
  await timer;

  const view: BusView = {
    items: items.get("global"),
    led: led.get("ledconfig"),
    network: network.get("global"),
    portConfigs: portConfigs.get("global"),
    onboarding: onboarding.get("global"),
    zedagent: zedagent.get("zedagent"),
    logs: logs.get("global"),
  };
  all.forEach((subscription) => subscription.close());
  return view;
}
