/** Commands for the device from a local server or a LOC: what each does to `ZedAgentStatus` (`spec/zedagent.md §17`). Pure. */
import { BootReason, type NodeAgentStatus, type ZedAgentStatus } from "../../topics/mod.ts";

/** `LocalDevCmd.Command` */
export const DevCommand = {
  UNSPECIFIED: 0,
  SHUTDOWN: 1,
  SHUTDOWN_POWEROFF: 2,
  GRACEFUL_REBOOT: 3,
  COLLECT_INFO: 4,
} as const;

/** A command as it came. */
export interface LocalDevCommand {
  readonly command: number;
  /** Of the server's own making; tells one command from the next. */
  readonly timestamp: bigint;
}

/** What to do about a command. */
export type DevCommandDecision =
  | { readonly kind: "nothing" }
  /** An operation of that kind runs already, or the command is not known. */
  | { readonly kind: "ignore"; readonly reason: string }
  /** An update is tested or a node drained: executed afterwards. */
  | { readonly kind: "defer" }
  | { readonly kind: "collect-info" }
  | { readonly kind: "execute"; readonly change: Partial<ZedAgentStatus> };

/** What the decision depends on. */
export interface DevCommandContext {
  /** Of the last command that took effect; 0 if there was none. */
  readonly lastTimestamp: bigint;
  readonly status: Pick<ZedAgentStatus, "RebootCmd" | "ShutdownCmd" | "PoweroffCmd">;
  readonly node: NodeAgentStatus;
}

/** @param wasDeferred the update is over, and this was waiting for it */
export function decideDevCommand(
  { command, timestamp }: LocalDevCommand,
  { lastTimestamp, status, node }: DevCommandContext,
  wasDeferred = false,
): DevCommandDecision {
  if (timestamp === lastTimestamp || command === DevCommand.UNSPECIFIED) return { kind: "nothing" };
  if (command === DevCommand.COLLECT_INFO) return { kind: "collect-info" };
  const operation = operations.get(command);
  if (operation === undefined) {
    return { kind: "ignore", reason: `expected a command from 1 to 4, got ${command}` };
  }
  if (operation.runs(status, node)) return { kind: "ignore", reason: `${operation.name} already runs` };
  if (node.UpdateInprogress || node.WaitDrainInProgress) return { kind: "defer" };
  return { kind: "execute", change: operation.change(wasDeferred) };
}

interface Operation {
  readonly name: string;
  runs(status: DevCommandContext["status"], node: NodeAgentStatus): boolean;
  change(wasDeferred: boolean): Partial<ZedAgentStatus>;
}

const operations: ReadonlyMap<number, Operation> = new Map<number, Operation>([
  [DevCommand.SHUTDOWN, {
    name: "a shutdown",
    runs: (status, node) => status.ShutdownCmd || node.DeviceShutdown,
    change: () => ({ ShutdownCmd: true }),
  }],
  [DevCommand.SHUTDOWN_POWEROFF, {
    name: "a power off",
    runs: (status, node) => status.PoweroffCmd || node.DevicePoweroff,
    change: (wasDeferred) => ({
      PoweroffCmd: true,
      RequestedBootReason: BootReason.BootReasonPoweroffCmd,
      RequestedRebootReason: wasDeferred
        ? "TestComplete and deferred Poweroff Cmd"
        : "NORMAL: local profile server power off",
    }),
  }],
  [DevCommand.GRACEFUL_REBOOT, {
    name: "a reboot",
    runs: (status, node) => status.RebootCmd || node.DeviceReboot,
    change: (wasDeferred) => ({
      RebootCmd: true,
      RequestedBootReason: BootReason.BootReasonRebootCmd,
      RequestedRebootReason: wasDeferred
        ? "TestComplete and deferred Reboot Cmd"
        : "NORMAL: local profile graceful reboot",
    }),
  }],
]);
