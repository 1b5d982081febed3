/**
 * Apps and volumes as they go out: the configuration's own values with the counters that local servers have raised put in.
 * The appliers of sections see and give the configuration's values only.
 */
import type { Publication } from "../../pubsub/mod.ts";
import { type AppInstanceConfig, type VolumeConfig, volumeKey } from "../../topics/mod.ts";
import type { LocalAppCounters } from "./app_commands_file.ts";
import { decorated } from "./decorated_publication.ts";

/** What local servers have ordered for apps and volumes. */
export interface LocalOrders {
  counters(appUUID: string): LocalAppCounters;
  volumeGeneration(volumeUUID: string): bigint;
  /** `BootOrder`; `undefined` without an order. */
  bootOrder(appUUID: string): number | undefined;
}

const BOOT_ORDER_SOURCE_LPS = 1;

/** The value that goes out. Pure. */
function withLocalOrders(app: AppInstanceConfig, orders: LocalOrders): AppInstanceConfig {
  const uuid = app.UUIDandVersion.UUID;
  const { RestartCmd, PurgeCmd } = orders.counters(uuid);
  const bootOrder = orders.bootOrder(uuid);
  const isSet = app.BootOrderSource === BOOT_ORDER_SOURCE_LPS;
  const volumes = app.VolumeRefConfigList ?? [];
  const isPlain = RestartCmd.Counter === 0 && PurgeCmd.Counter === 0 && bootOrder === undefined && !isSet &&
    volumes.every(({ VolumeID }) => orders.volumeGeneration(VolumeID) === 0n);
  if (isPlain) return app;
  return {
    ...app,
    LocalRestartCmd: RestartCmd,
    LocalPurgeCmd: PurgeCmd,
    VolumeRefConfigList: app.VolumeRefConfigList?.map((ref) => ({
      ...ref,
      LocalGenerationCounter: orders.volumeGeneration(ref.VolumeID),
    })) ?? null,
    ...(bootOrder !== undefined
      ? {
        FixedResources: { ...app.FixedResources, BootOrder: bootOrder },
        BootOrderSource: BOOT_ORDER_SOURCE_LPS,
      }
      : isSet
      ? { FixedResources: { ...app.FixedResources, BootOrder: app.ControllerBootOrder }, BootOrderSource: 0 }
      : {}),
  };
}

/** Apps: every value that is published gets the orders of that moment. */
export function appsWithLocalOrders(
  apps: Publication<AppInstanceConfig>,
  orders: LocalOrders,
): Publication<AppInstanceConfig> {
  return decorated(apps, { publish: (key, app) => apps.publish(key, withLocalOrders(app, orders)) });
}

/** Volumes: the generation in the key that goes out has the local one added; the appliers know nothing of it. */
export function volumesWithLocalOrders(
  volumes: Publication<VolumeConfig>,
  orders: LocalOrders,
): Publication<VolumeConfig> {
  const innerKeys = new Map<string, string>();
  for (const [key, value] of volumes.getAll()) innerKeys.set(outerKey(value), key);
  return decorated(volumes, {
    publish(key, value) {
      const LocalGenerationCounter = orders.volumeGeneration(value.VolumeID);
      if (LocalGenerationCounter === 0n && (innerKeys.get(key) ?? key) === key) {
        const written = volumes.publish(key, value);
        innerKeys.set(key, key);
        return written;
      }
      const next = { ...value, LocalGenerationCounter };
      const before = innerKeys.get(key);
      const inner = volumeKey(next);
      if (before !== undefined && before !== inner) volumes.unpublish(before);
      innerKeys.set(key, inner);
      return volumes.publish(inner, next);
    },
    unpublish(key) {
      volumes.unpublish(innerKeys.get(key) ?? key);
      innerKeys.delete(key);
    },
    get: (key) => volumes.get(innerKeys.get(key) ?? key),
    getAll: () => new Map([...volumes.getAll().values()].map((value) => [outerKey(value), value])),
    keys: () => [...innerKeys.keys()],
  });
}

function outerKey(value: VolumeConfig): string {
  return volumeKey({ ...value, LocalGenerationCounter: 0n });
}
