/** What info and metrics report about the config side. */
import type { NodeAgentStatus } from "../topics/mod.ts";
import type { ConfigSide } from "./config_side.ts";
import type { ConfigReport } from "./parts.ts";

/** Reads the owners anew with each call. */
export function configReport(side: ConfigSide, node: () => NodeAgentStatus): ConfigReport {
  const { applier, items, mode, operations, sections, status } = side;
  return {
    configItemStatus: () => new Map([...items.status, ...sections.asItems()]),
    maintenance: () => mode.maintenance,
    deviceState: () => status.value.DeviceState,
    names: () => applier.names,
    rebootCounter: () => operations.counter("reboot"),
    shutdownCounter: () => operations.counter("shutdown"),
    lastReceivedConfig: () => applier.lastReceived,
    lastProcessedConfig: () => applier.lastProcessed,
    globalProfile: () => status.globalProfile,
    localProfile: () => side.local.localProfile,
    bootReason() {
      const { BootReason, RebootReason, RebootTime } = node();
      return { reason: BootReason, text: RebootReason, time: RebootTime };
    },
  };
}
