/** `ZInfoDevice.systemAdapter`: nim's port configurations and what became of them (`spec/zedagent.md §14.3`). Pure. */
import type { info } from "../../../proto/device.ts";
import type { DeviceNetworkStatus, DevicePortConfig, DevicePortConfigList } from "../../topics/mod.ts";
import { configuredPort, livePort, type PortUsages } from "./device_port.ts";
import { timeField } from "./error_info.ts";

/** @param network of the current configuration: its ports take the place of the configured ones with the same label */
export function systemAdapterInfo(
  list: DevicePortConfigList,
  network: DeviceNetworkStatus,
  usages: PortUsages,
): info.ISystemAdapterInfo {
  return {
    // As in Go: "nothing selected" is the largest number.
    currentIndex: list.CurrentIndex >>> 0,
    status: (list.PortConfigList ?? []).map((config, index) =>
      portStatus(config, index === list.CurrentIndex ? network : undefined, usages)
    ),
  };
}

function portStatus(
  config: DevicePortConfig,
  network: DeviceNetworkStatus | undefined,
  usages: PortUsages,
): info.IDevicePortStatus {
  const live = new Map((network?.Ports ?? []).map((port) => [port.Logicallabel, port]));
  return {
    version: config.Version,
    key: config.Key,
    ...timeField("timePriority", config.TimePriority),
    ...timeField("lastFailed", config.LastFailed),
    ...timeField("lastSucceeded", config.LastSucceeded),
    lastError: config.LastError,
    ports: (config.Ports ?? []).map((port) => {
      const status = live.get(port.Logicallabel);
      return status === undefined ? configuredPort(port, usages) : livePort(status, port, usages);
    }),
  };
}
