/** Carries out `reboot` and `shutdown`: counters on disk, `ZedAgentStatus`, apps deactivated (`spec/zedagent.md §11.1, 11.2`). */
import type { config } from "../../../proto/device.ts";
import { type Device, errorText } from "../../agent/mod.ts";
import { type Publication, readFileIfPresent, removeIfPresent, replaceFile } from "../../pubsub/mod.ts";
import type { AppInstanceConfig, NodeAgentStatus } from "../../topics/mod.ts";
import {
  decideOps,
  type OpsContext,
  parseStoredOps,
  type StoredOpsCmd,
  storedOpsText,
} from "../sections/device_ops.ts";
import type { StatusOwner } from "../status.ts";
import { standingOrders } from "./standing_orders.ts";

/** The two commands. */
export type OpsKind = "reboot" | "shutdown";

/** What came of a command. */
export interface OpsResult {
  /** The rest of the configuration waits for the reboot. */
  readonly accepted: boolean;
  /** Why its counter is not on disk; `""` if it is, or need not be. Then nothing was done, and the same command counts as new. */
  readonly unwritten: string;
}

/** See {@linkcode openOperations}. */
export interface Operations {
  handle(kind: OpsKind, command: config.DeviceOpsCmd | null): OpsResult;
  /** Executes what was deferred, once no update is being tested; stops the apps when nodeagent goes down. */
  nodeChanged(): void;
  /** The counter read at process start, or at first contact; 0 if there was none. */
  counter(kind: OpsKind): number;
}

/** What operations work with. */
export interface OperationsDeps {
  readonly status: StatusOwner;
  readonly node: () => NodeAgentStatus;
  readonly apps: Publication<AppInstanceConfig>;
  /** Nobody else carries out orders: a new start of the program counts as the reboot. */
  readonly restartIsReboot: boolean;
  /** A counter was seen for the first time. */
  firstContact(): void;
}

const fileNames = { reboot: "rebootConfig", shutdown: "shutdownConfig" } as const;
const BootReasonRebootCmd = 2;
const orderedReason = "NORMAL: controller reboot";

/** Reads the stored counters, and gives an order of this boot again: a crash may have come before anybody heard of it. */
export function openOperations(device: Device, deps: OperationsDeps): Operations {
  const path = (kind: OpsKind) => `${device.paths.persistStatus}/${fileNames[kind]}`;
  const stored = new Map<OpsKind, StoredOpsCmd>();
  const counters = new Map<OpsKind, number>();
  const last = new Map<OpsKind, NonNullable<OpsContext["last"]>>();
  const deferred = new Map<OpsKind, StoredOpsCmd>();
  const standing = standingOrders(device);
  const order = (kind: OpsKind, reason: string) =>
    deps.status.set(
      kind === "reboot"
        ? { RebootCmd: true, RequestedBootReason: BootReasonRebootCmd, RequestedRebootReason: reason }
        : { ShutdownCmd: true },
    );
  for (const kind of ["reboot", "shutdown"] as const) {
    const found = readStored(device, path(kind));
    if (found === undefined) continue;
    stored.set(kind, found);
    counters.set(kind, found.Counter);
    const ordered = deps.restartIsReboot ? undefined : standing.read(fileNames[kind]);
    if (ordered?.command.Counter !== found.Counter) continue;
    device.log.warn(`${kind} ${found.Counter} was ordered before this start and still stands`);
    counters.set(kind, ordered.before);
    last.set(kind, { command: ordered.command, accepted: true });
    order(kind, orderedReason);
  }

  /** @returns why it could not be written; `""` if it is */
  const store = (kind: OpsKind, command: StoredOpsCmd): string => {
    try {
      Deno.mkdirSync(device.paths.persistStatus, { recursive: true });
      replaceFile(path(kind), storedOpsText(command), { mode: 0o600, syncFolder: true });
      stored.set(kind, command);
      return "";
    } catch (error) {
      return `${path(kind)} can't be written: ${
        errorText(error)
      }; ${kind} ${command.Counter} is not executed before it can`;
    }
  };
  const execute = (kind: OpsKind, command: StoredOpsCmd, reason: string): OpsResult => {
    standing.note(fileNames[kind], { command, before: counters.get(kind) ?? 0 });
    // Without the counter on disk the device would do it again after each boot.
    const unwritten = store(kind, command);
    if (unwritten !== "") return { accepted: false, unwritten };
    device.log.warn(`${kind} ${command.Counter} ordered by the controller`);
    order(kind, reason);
    deactivateApps(device, deps.apps);
    return { accepted: true, unwritten };
  };
  const operationRuns = () => {
    const { RebootCmd, ShutdownCmd, PoweroffCmd } = deps.status.value;
    return RebootCmd || ShutdownCmd || PoweroffCmd || goingDown(deps.node());
  };
  return {
    handle(kind, command) {
      const decision = decideOps(command, {
        stored: stored.get(kind),
        last: last.get(kind),
        operationRuns: operationRuns(),
        updateInprogress: deps.node().UpdateInprogress,
      });
      let accepted = false;
      let unwritten = "";
      switch (decision.kind) {
        case "none":
          return { accepted: decision.skip, unwritten };
        case "forget":
          forget(kind);
          return { accepted, unwritten };
        case "first-contact":
          unwritten = store(kind, decision.store);
          if (unwritten !== "") break;
          counters.set(kind, decision.store.Counter);
          deps.firstContact();
          break;
        case "ignore":
          unwritten = store(kind, decision.store);
          device.log.warn(`${kind} ${decision.store.Counter} is ignored: another operation runs`);
          break;
        case "defer":
          deferred.set(kind, decision.store);
          device.log.info(`${kind} ${decision.store.Counter} waits for the end of the update`);
          break;
        case "execute":
          ({ accepted, unwritten } = execute(kind, decision.store, orderedReason));
      }
      if (unwritten === "") last.set(kind, { command: decision.store, accepted });
      return { accepted, unwritten };
    },
    nodeChanged() {
      const node = deps.node();
      if (goingDown(node)) deactivateApps(device, deps.apps);
      if (node.UpdateInprogress) return;
      for (const [kind, command] of deferred) {
        if (operationRuns()) break;
        const name = kind === "reboot" ? "Reboot" : "Shutdown";
        const { accepted, unwritten } = execute(kind, command, `TestComplete and deferred ${name} Cmd`);
        if (unwritten === "") deferred.delete(kind);
        else device.log.error(unwritten);
        last.set(kind, { command, accepted });
      }
    },
    counter: (kind) => counters.get(kind) ?? 0,
  };

  function forget(kind: OpsKind): void {
    deferred.delete(kind);
    last.delete(kind);
    standing.forget(fileNames[kind]);
    try {
      removeIfPresent(path(kind));
      stored.delete(kind);
    } catch (error) {
      device.log.error(`${path(kind)} can't be removed: ${errorText(error)}; its counter stays in force`);
    }
  }
}

/** nodeagent has begun to take the device down. */
export function goingDown(node: NodeAgentStatus): boolean {
  return node.DeviceReboot || node.DeviceShutdown || node.DevicePoweroff;
}

/** Sets `Activate` of all published apps to false. */
export function deactivateApps(device: Device, apps: Publication<AppInstanceConfig>): void {
  for (const [key, app] of apps.getAll()) {
    if (!app.Activate) continue;
    try {
      apps.publish(key, { ...app, Activate: false });
    } catch (error) {
      device.log.error(`app ${key} can't be deactivated: ${errorText(error)}; it is stopped with the device`);
    }
  }
}

function readStored(device: Device, path: string): StoredOpsCmd | undefined {
  try {
    const bytes = readFileIfPresent(path);
    if (bytes === undefined) return undefined;
    const parsed = parseStoredOps(new TextDecoder().decode(bytes));
    if (parsed === undefined) {
      device.log.error(`${path}: expected a JSON object with Counter; it counts as absent`);
    }
    return parsed;
  } catch (error) {
    device.log.error(`${path} can't be read: ${errorText(error)}; it counts as absent`);
    return undefined;
  }
}
