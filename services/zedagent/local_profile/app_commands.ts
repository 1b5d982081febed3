/** Restart and purge of apps as a local server or a LOC orders them: counters that zedmanager acts on (`spec/zedagent.md §17`). Pure. */
import type { profile } from "../../../proto/device.ts";
import { toBigInt } from "../../../proto/int64.ts";
import {
  type AppInstanceConfig,
  type AppInstanceStatus,
  compareTimes,
  goTime,
  nilUUID,
  setOwn,
} from "../../topics/mod.ts";
import { goTimeString } from "./go_time_string.ts";
import { type AppCommandState, type LocalAppCommand, noAppCounters } from "./app_commands_file.ts";

/** `AppCommand.Command`, as sent and as stored. */
export const AppCommand = { UNSPECIFIED: 0, RESTART: 1, PURGE: 2 } as const;

/** What accepting a list of commands comes to. */
export interface AcceptedCommands {
  /** The same object if there was no new command. */
  readonly state: AppCommandState;
  /** Apps whose configuration has other counters now. */
  readonly apps: ReadonlySet<string>;
  /** Volumes of purged apps. */
  readonly volumes: ReadonlySet<string>;
  readonly reports: readonly string[];
}

/**
 * Takes up each command whose type and timestamp are not those of the last one for its app; one for each app.
 * @param apps as published, by UUID
 * @param now milliseconds since 1970
 */
export function acceptAppCommands(
  state: AppCommandState,
  commands: readonly profile.AppCommand[],
  apps: ReadonlyMap<string, AppInstanceConfig>,
  now: number,
): AcceptedCommands {
  const touchedApps = new Set<string>();
  const volumes = new Set<string>();
  const reports: string[] = [];
  const seen = new Set<string>();
  const next = {
    AppCommands: { ...state.AppCommands },
    AppCounters: { ...state.AppCounters },
    VolumeGenCounters: { ...state.VolumeGenCounters },
  };
  let changed = false;
  for (const command of commands) {
    const app = findApp(apps, command.id, command.displayname);
    if (app === undefined) {
      reports.push(
        `app command: no app with id ${JSON.stringify(command.id)} and name ${
          JSON.stringify(command.displayname)
        }; ignored`,
      );
      continue;
    }
    const uuid = app.UUIDandVersion.UUID;
    if (seen.has(uuid)) {
      reports.push(`app command: more than one for app ${uuid}; the first holds`);
      continue;
    }
    seen.add(uuid);
    const timestamp = toBigInt(command.timestamp);
    const last = next.AppCommands[uuid];
    if (last?.Command === command.command && last.LocalServerTimestamp === timestamp) continue;
    const Command: number = command.command;
    if (Command !== AppCommand.RESTART && Command !== AppCommand.PURGE) {
      reports.push(`app command for ${uuid}: expected 1 (restart) or 2 (purge), got ${Command}; ignored`);
      continue;
    }
    changed = true;
    setOwn<LocalAppCommand>(next.AppCommands, uuid, {
      Command,
      LocalServerTimestamp: timestamp,
      DeviceTimestamp: goTime(now),
      Completed: false,
      LastCompletedTimestamp: last?.LastCompletedTimestamp ?? 0n,
    });
    const counters = next.AppCounters[uuid] ?? noAppCounters;
    const which = Command === AppCommand.RESTART ? "RestartCmd" : "PurgeCmd";
    setOwn(next.AppCounters, uuid, {
      ...counters,
      [which]: { Counter: counters[which].Counter + 1, ApplyTime: goTimeString(now) },
    });
    touchedApps.add(uuid);
    if (Command !== AppCommand.PURGE) continue;
    for (const { VolumeID } of app.VolumeRefConfigList ?? []) {
      setOwn(next.VolumeGenCounters, VolumeID, (next.VolumeGenCounters[VolumeID] ?? 0n) + 1n);
      volumes.add(VolumeID);
    }
  }
  return { state: changed ? next : state, apps: touchedApps, volumes, reports };
}

/** The app with this UUID and this name; `""` for either stands for any, but not for both. */
export function findApp(
  apps: ReadonlyMap<string, AppInstanceConfig>,
  id: string,
  displayname: string,
): AppInstanceConfig | undefined {
  const uuid = id === nilUUID ? "" : id.toLowerCase();
  if (uuid === "" && displayname === "") return undefined;
  return [...apps.values()].find((app) =>
    (uuid === "" || app.UUIDandVersion.UUID === uuid) &&
    (displayname === "" || app.DisplayName === displayname)
  );
}

const NotInprogress = 0;

/** The state after zedmanager has reported an app; the same object if nothing has come to its end. */
export function completedAppCommand(state: AppCommandState, status: AppInstanceStatus): AppCommandState {
  const uuid = status.UUIDandVersion.UUID;
  const command = state.AppCommands?.[uuid];
  if (command === undefined || command.Completed) return state;
  if (status.RestartInprogress !== NotInprogress || status.PurgeInprogress !== NotInprogress) return state;
  const started = command.Command === AppCommand.PURGE ? status.PurgeStartedAt : status.RestartStartedAt;
  if (compareTimes(started, command.DeviceTimestamp) <= 0) return state;
  const AppCommands = { ...state.AppCommands };
  setOwn<LocalAppCommand>(AppCommands, uuid, {
    ...command,
    Completed: true,
    LastCompletedTimestamp: command.LocalServerTimestamp,
  });
  return { ...state, AppCommands };
}

/** Without what belongs to an app that is gone, and to volumes that are gone; the same object if nothing does. */
export function withoutGone(
  state: AppCommandState,
  hasApp: (uuid: string) => boolean,
  hasVolume: (uuid: string) => boolean,
): AppCommandState {
  const AppCommands = kept(state.AppCommands, hasApp);
  const AppCounters = kept(state.AppCounters, hasApp);
  const VolumeGenCounters = kept(state.VolumeGenCounters, hasVolume);
  return AppCommands === state.AppCommands && AppCounters === state.AppCounters &&
      VolumeGenCounters === state.VolumeGenCounters
    ? state
    : { AppCommands, AppCounters, VolumeGenCounters: VolumeGenCounters ?? {} };
}

function kept<T>(
  entries: Readonly<Record<string, T>> | null,
  has: (uuid: string) => boolean,
): Readonly<Record<string, T>> | null {
  if (entries === null || Object.keys(entries).every(has)) return entries;
  const left: Record<string, T> = {};
  for (const [uuid, value] of Object.entries(entries)) if (has(uuid)) setOwn(left, uuid, value);
  return left;
}
