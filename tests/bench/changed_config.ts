/** The configurations of `tests/corpus` in versions, each of which changes every object in them. */
import { config } from "../../proto/device.ts";
import { deviceConfig, type DeviceSize } from "../corpus/devices.ts";

/** An app brings about 1.5 kB of user data, as they do. */
const USER_DATA_BYTES = 1500;

/** The bytes of an `EdgeDevConfig`. @param version another one changes all apps, volumes, images, networks, datastores */
export function changedConfig(size: DeviceSize, version: number): Uint8Array {
  const base = deviceConfig(size);
  const filling = btoa(`#cloud-config ${version} ${"x".repeat(USER_DATA_BYTES)}`).slice(0, USER_DATA_BYTES);
  const named = ({ displayname }: { displayname: string }) => `${displayname} of ${version}`;
  return config.EdgeDevConfig.encode({
    ...base,
    device_name: `${base.device_name} of ${version}`,
    apps: base.apps.map((app) => ({ ...app, displayname: named(app), userData: filling })),
    volumes: base.volumes.map((volume) => ({
      ...volume,
      displayName: `${volume.displayName} of ${version}`,
    })),
    contentInfo: base.contentInfo.map((tree) => ({ ...tree, URL: `${version}/${tree.URL}` })),
    networkInstances: base.networkInstances.map((instance) => ({
      ...instance,
      displayname: named(instance),
    })),
    datastores: base.datastores.map((store) => ({ ...store, fqdn: `${store.fqdn}/${version}` })),
  }).finish();
}
