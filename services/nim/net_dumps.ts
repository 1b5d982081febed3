/** Traces of the tests of the ports, and their archives (`spec/nim.md §15`). */
import { type ConfigItems, type Device, type NetDumper, openNetDumper } from "../agent/mod.ts";
import { type DeviceNetworkStatus, nilUUID, topics } from "../topics/mod.ts";

/** Opens it; follows who the device is and whether a new EVE is being tested. */
export function openNimDumper(
  device: Device,
  items: ConfigItems,
  status: () => DeviceNetworkStatus,
): NetDumper {
  const onboarding = device.bus.subscription(topics.zedclient.OnboardingStatus, {});
  const node = device.bus.subscription(topics.nodeagent.NodeAgentStatus, {});
  onboarding.activate();
  node.activate();
  return openNetDumper(device, {
    topics: { ok: "nim-ok", fail: "nim-fail" },
    requestPrefix: "ping-controller-",
    items: () => items.map,
    isOnboarded: () => (onboarding.get("global")?.DeviceUUID ?? nilUUID).toLowerCase() !== nilUUID,
    updateInprogress: () => node.get("nodeagent")?.UpdateInprogress ?? false,
    isNetworkFit: () => status().CurrentIndex === 0,
  });
}
