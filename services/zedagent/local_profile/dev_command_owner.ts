/** Carries out commands for the device, each timestamp once (`spec/zedagent.md §17`, `/api/v1/devinfo`). */
import { profile } from "../../../proto/device.ts";
import { fromBigInt, toBigInt } from "../../../proto/int64.ts";
import { toTimestamp } from "../../../proto/timestamp.ts";
import { type Device, errorText } from "../../agent/mod.ts";
import { type Publication, readFileIfPresent, replaceFile } from "../../pubsub/mod.ts";
import {
  type CollectInfoCmd,
  goTimeOf,
  type NodeAgentStatus,
  type ZedAgentStatus,
} from "../../topics/mod.ts";
import { hostFacts } from "../info/host_facts.ts";
import { decideDevCommand, type LocalDevCommand } from "./dev_command.ts";
import { type LpsVerdict, tokenFault } from "./exchange.ts";
import { goTimeString } from "./go_time_string.ts";
import { hourMs, type LpsEndpoint } from "./lps_endpoint.ts";

/** What the owner works with. */
export interface DevCommandDeps {
  readonly devUUID: () => string;
  readonly status: () => ZedAgentStatus;
  readonly node: () => NodeAgentStatus;
  readonly collectInfo: Publication<CollectInfoCmd>;
  /** Publishes the change and stops the apps. */
  execute(change: Partial<ZedAgentStatus>): void;
}

/** See {@linkcode openDevCommands}. */
export interface DevCommandOwner {
  /** From a LOC: without a token. */
  order(command: Pick<profile.LocalDevCmd, "command" | "timestamp">): void;
  /** Carries out what was deferred, once neither update nor drain is under way. */
  nodeChanged(): void;
  readonly endpoint: LpsEndpoint;
}

/** Reads `/persist/status/lastdevcmdtimestamp`. */
export function openDevCommands(device: Device, deps: DevCommandDeps): DevCommandOwner {
  const path = `${device.paths.persistStatus}/lastdevcmdtimestamp`;
  let lastTimestamp = readTimestamp(device, path);
  let deferred: LocalDevCommand | undefined;

  /** Before the effect: without it on disk the device would do it again after each boot. */
  const store = (timestamp: bigint): boolean => {
    try {
      Deno.mkdirSync(device.paths.persistStatus, { recursive: true });
      replaceFile(path, String(timestamp), { mode: 0o600, syncFolder: true });
    } catch (error) {
      device.log.error(`${path} can't be written: ${errorText(error)}; the device command is not executed`);
      return false;
    }
    lastTimestamp = timestamp;
    return true;
  };
  const handle = (command: LocalDevCommand, wasDeferred: boolean): void => {
    const context = { lastTimestamp, status: deps.status(), node: deps.node() };
    const decision = decideDevCommand(command, context, wasDeferred);
    switch (decision.kind) {
      case "nothing":
        return;
      case "ignore":
        device.log.warn(`local device command ${command.timestamp}: ${decision.reason}; it is ignored`);
        return;
      case "defer":
        if (deferred?.timestamp !== command.timestamp) {
          device.log.info(
            `local device command ${command.command} waits for the end of the update or the drain`,
          );
        }
        deferred = command;
        return;
      case "collect-info":
        if (store(command.timestamp)) askForInfo(command.timestamp);
        return;
      case "execute":
        if (!store(command.timestamp)) return;
        device.log.warn(`local device command ${command.command}, timestamp ${command.timestamp}`);
        deps.execute(decision.change);
    }
  };
  const askForInfo = (timestamp: bigint) => {
    try {
      for (const key of deps.collectInfo.keys()) deps.collectInfo.unpublish(key);
      deps.collectInfo.publish(goTimeString(device.clock.now()), { Time: nanosecondsText(timestamp) });
    } catch (error) {
      device.log.error(`CollectInfoCmd can't be published: ${errorText(error)}; no info is collected`);
    }
  };
  const order: DevCommandOwner["order"] = ({ command, timestamp }) =>
    handle({ command, timestamp: toBigInt(timestamp) }, false);
  return {
    order,
    nodeChanged() {
      const { UpdateInprogress, WaitDrainInProgress } = deps.node();
      if (deferred === undefined || UpdateInprogress || WaitDrainInProgress) return;
      const command = deferred;
      deferred = undefined;
      handle(command, true);
    },
    endpoint: {
      name: "devinfo",
      path: "/api/v1/devinfo",
      throttledMs: hourMs,
      repeatsDiscarded: true,
      message: () => profile.LocalDevInfo.encode(devInfo(device, deps, lastTimestamp)).finish(),
      judge(contents, token): LpsVerdict {
        const message = profile.LocalDevCmd.decode(contents);
        const reason = tokenFault("LocalDevCmd", message.server_token, token);
        return reason === undefined
          ? { kind: "accepted", apply: () => order(message) }
          : { kind: "refused", reason };
      },
    },
  };
}

function devInfo(device: Device, deps: DevCommandDeps, lastTimestamp: bigint): profile.ILocalDevInfo {
  const { DeviceState, MaintenanceModeReasons } = deps.status();
  const { uptimeSeconds } = hostFacts(device);
  return {
    device_uuid: deps.devUUID(),
    state: DeviceState,
    maintenance_mode_reasons: MaintenanceModeReasons ?? [],
    ...(uptimeSeconds === undefined
      ? {}
      : { boot_time: toTimestamp(Math.floor(device.clock.now() / 1000 - uptimeSeconds) * 1000) }),
    last_boot_reason: deps.node().BootReason,
    last_cmd_timestamp: fromBigInt(lastTimestamp, true),
  };
}

/** A server's timestamp is taken for nanoseconds since 1970. */
function nanosecondsText(timestamp: bigint): string {
  const signed = BigInt.asIntN(64, timestamp);
  const nanoseconds = ((signed % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  return goTimeOf({
    seconds: Number((signed - nanoseconds) / 1_000_000_000n),
    nanoseconds: Number(nanoseconds),
  });
}

const longestFile = 1024;

function readTimestamp(device: Device, path: string): bigint {
  try {
    const bytes = readFileIfPresent(path);
    if (bytes === undefined) return 0n;
    const text = new TextDecoder().decode(bytes.subarray(0, longestFile)).trim();
    if (/^\d{1,20}$/.test(text) && BigInt.asUintN(64, BigInt(text)) === BigInt(text)) return BigInt(text);
    device.log.error(
      `${path}: expected a decimal number, got ${JSON.stringify(text.slice(0, 40))}; it counts as 0`,
    );
  } catch (error) {
    device.log.error(`${path} can't be read: ${errorText(error)}; it counts as 0`);
  }
  return 0n;
}
