/** The config side of zedagent on an onboarded device that has published its settings, and nobody who listens to it. */
import { goNodeAgentStatus } from "../../services/topics/mod.ts";
import { type ConfigSide, openConfigSide } from "../../services/zedagent/config_side.ts";
import { deviceUUID } from "./devices.ts";

/** @param device whose bus it publishes on */
export function quietConfigSide(device: Parameters<typeof openConfigSide>[0]): ConfigSide {
  const nothing = () => {};
  const node = goNodeAgentStatus.make({ Name: "nodeagent" });
  const side = openConfigSide(device, {
    devUUID: () => deviceUUID,
    node: () => node,
    runningVersion: () => "",
    haveConfig: () => true,
    requestDeviceInfo: nothing,
    setReferencedHashes: nothing,
    certsChanged: nothing,
    epochChanged: nothing,
    leftMaintenance: nothing,
    itemsChanged: nothing,
  });
  side.items.beginPublishing();
  side.status.beginPublishing();
  return side;
}
