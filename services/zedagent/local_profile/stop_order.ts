/** Apps are stopped before the device goes down, those that serve a local profile last: it still hears of it (`spec/zedagent.md §11.2`). */
import type { Publication } from "../../pubsub/mod.ts";
import { type AppInstanceConfig, type AppInstanceStatus, SwState } from "../../topics/mod.ts";
import { decorated } from "./decorated_publication.ts";

const running: readonly number[] = [
  SwState.BOOTING,
  SwState.RUNNING,
  SwState.PAUSING,
  SwState.PAUSED,
  SwState.HALTING,
];

/** The apps that may be stopped now. Pure. @param serving UUIDs of apps that serve the local profile */
export function appsToStop(
  apps: ReadonlyMap<string, AppInstanceConfig>,
  serving: ReadonlySet<string>,
  statuses: ReadonlyMap<string, AppInstanceStatus>,
): ReadonlyMap<string, AppInstanceConfig> {
  const othersRun = [...statuses].some(([uuid, { State }]) => !serving.has(uuid) && running.includes(State));
  return othersRun ? new Map([...apps].filter(([uuid]) => !serving.has(uuid))) : apps;
}

/** The same publication, but `getAll` gives only what may be stopped now. */
export function stoppingInOrder(
  apps: Publication<AppInstanceConfig>,
  serving: () => ReadonlySet<string>,
  statuses: () => ReadonlyMap<string, AppInstanceStatus>,
): Publication<AppInstanceConfig> {
  return decorated(apps, { getAll: () => appsToStop(apps.getAll(), serving(), statuses()) });
}
