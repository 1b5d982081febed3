/** What nodeagent and baseosmgr say, or what stands for them with `--standalone` (`spec/zedagent.md §2`, decisions.md 19). */
import type { Device, Trigger } from "../agent/mod.ts";
import { goNodeAgentStatus, type NodeAgentStatus, topics } from "../topics/mod.ts";
import { BootReasonUnknown } from "./config/boot_reason.ts";

/** See {@linkcode followNode}. */
export interface NodeView {
  /** All flags false until it is known. */
  status(): NodeAgentStatus;
  /** Gate B */
  readonly isKnown: boolean;
  /** Gate D */
  readonly isBaseOsReady: boolean;
  /** Short version of the partition that runs; `""` if nobody knows. */
  runningVersion(): string;
}

const standaloneStatus = goNodeAgentStatus.make({ Name: "nodeagent", BootReason: BootReasonUnknown });

/** Nobody else on the device: the gates are open at once. */
export const standaloneNode: NodeView = {
  status: () => standaloneStatus,
  isKnown: true,
  isBaseOsReady: true,
  runningVersion: () => "",
};

/**
 * Follows both agents until the device ends.
 * @param gates fired with each change that a gate may wait for
 * @param changed called with each later state of nodeagent
 */
export function followNode(device: Device, gates: Trigger, changed: () => void): NodeView {
  const nodeChanged = () => {
    gates.fire();
    changed();
  };
  const node = device.bus.subscription(topics.nodeagent.NodeAgentStatus, {
    create: nodeChanged,
    modify: nodeChanged,
  });
  const zboot = device.bus.subscription(topics.baseosmgr.ZbootStatus, { restart: () => gates.fire() });
  node.activate();
  zboot.activate();
  return {
    status: () => node.get("nodeagent") ?? standaloneStatus,
    get isKnown() {
      return node.get("nodeagent") !== undefined;
    },
    get isBaseOsReady() {
      return zboot.restarted !== 0;
    },
    runningVersion: () =>
      [...zboot.getAll().values()].find((partition) => partition.CurrentPartition)?.ShortVersion ?? "",
  };
}
