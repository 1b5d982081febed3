/** The owner of restart and purge counters: on disk before they are published (`spec/zedagent.md §17`, `/api/v1/appinfo`). */
import { profile } from "../../../proto/device.ts";
import { fromBigInt } from "../../../proto/int64.ts";
import { type Device, errorText } from "../../agent/mod.ts";
import type { AppInstanceConfig, AppInstanceStatus } from "../../topics/mod.ts";
import { errorInfo } from "../info/error_info.ts";
import { acceptAppCommands, completedAppCommand, withoutGone } from "./app_commands.ts";
import {
  type AppCommandState,
  decodeAppCommands,
  encodeAppCommands,
  type LocalAppCounters,
  noAppCommands,
  noAppCounters,
} from "./app_commands_file.ts";
import { zSwState } from "./app_state.ts";
import { type LpsVerdict, tokenFault } from "./exchange.ts";
import { hourMs, type LpsEndpoint } from "./lps_endpoint.ts";
import { openSavedFile } from "./saved_file.ts";

/** What the owner works with. */
export interface AppCommandDeps {
  /** As published, by UUID. */
  readonly apps: () => ReadonlyMap<string, AppInstanceConfig>;
  readonly statuses: () => ReadonlyMap<string, AppInstanceStatus>;
  /** Publishes these apps and volumes again, with the counters of now. */
  republish(apps: ReadonlySet<string>, volumes: ReadonlySet<string>): void;
}

/** See {@linkcode openAppCommands}. */
export interface AppCommandOwner {
  counters(appUUID: string): LocalAppCounters;
  volumeGeneration(volumeUUID: string): bigint;
  /** From a LOC: without a token. */
  order(list: readonly profile.AppCommand[]): void;
  /** zedmanager has reported an app. @returns true if a command of it has come to its end */
  reported(status: AppInstanceStatus): boolean;
  /** A configuration was applied: what belongs to apps and volumes that it does not have is dropped. */
  dropGone(hasApp: (uuid: string) => boolean, hasVolume: (uuid: string) => boolean): void;
  readonly endpoint: LpsEndpoint;
}

/** Reads `appCommands`, and writes it empty where there is none. */
export function openAppCommands(device: Device, deps: AppCommandDeps): AppCommandOwner {
  const file = openSavedFile(device, "appCommands");
  const found = read(device, file.load());
  let state = found ?? noAppCommands;
  const keep = (next: AppCommandState): boolean => {
    if (next === state) return false;
    state = next;
    file.save(encodeAppCommands(state));
    return true;
  };
  if (found === undefined) file.save(encodeAppCommands(state));
  const order = (list: readonly profile.AppCommand[]) => {
    const accepted = acceptAppCommands(state, list, deps.apps(), device.clock.now());
    for (const report of accepted.reports) device.log.warn(report);
    if (!keep(accepted.state)) return file.confirm();
    device.log.info(`commands of a local server for the apps ${[...accepted.apps].join(", ")}`);
    deps.republish(accepted.apps, accepted.volumes);
  };
  return {
    counters: (uuid) => state.AppCounters?.[uuid] ?? noAppCounters,
    volumeGeneration: (uuid) => state.VolumeGenCounters[uuid] ?? 0n,
    order,
    reported: (status) => keep(completedAppCommand(state, status)),
    dropGone: (hasApp, hasVolume) => void keep(withoutGone(state, hasApp, hasVolume)),
    endpoint: {
      name: "appinfo",
      path: "/api/v1/appinfo",
      throttledMs: hourMs,
      repeatsDiscarded: true,
      message: () =>
        profile.LocalAppInfoList.encode({
          apps_info: [...deps.statuses().values()].map((status) => appInfo(status, state)),
        }).finish(),
      judge(contents, token): LpsVerdict {
        const message = profile.LocalAppCmdList.decode(contents);
        if (message.app_commands.length === 0 && message.server_token === "") {
          return { kind: "accepted", apply() {} };
        }
        const reason = tokenFault("LocalAppCmdList", message.server_token, token);
        return reason === undefined
          ? { kind: "accepted", apply: () => order(message.app_commands) }
          : { kind: "refused", reason };
      },
    },
  };
}

function appInfo(status: AppInstanceStatus, state: AppCommandState): profile.ILocalAppInfo {
  const { UUID, Version } = status.UUIDandVersion;
  const err = errorInfo(status);
  return {
    id: UUID,
    version: Version,
    name: status.DisplayName,
    ...(err === undefined ? {} : { err }),
    state: zSwState(status.State),
    last_cmd_timestamp: fromBigInt(state.AppCommands?.[UUID]?.LastCompletedTimestamp ?? 0n, true),
  };
}

function read(device: Device, bytes: Uint8Array | undefined): AppCommandState | undefined {
  if (bytes === undefined) return undefined;
  try {
    return decodeAppCommands(bytes);
  } catch (error) {
    device.log.error(`appCommands: ${errorText(error)}; the counters start anew`);
    return undefined;
  }
}
