/** A configuration of many apps, for `config_apply`. */
import { config } from "../../proto/device.ts";

/** Of the device that it is for. */
export const DEVICE_UUID = "8d0e6f5c-2b1a-4c3d-8e9f-0a1b2c3d4e5f";

const USER_DATA_BYTES = 1500;

/**
 * The bytes of an `EdgeDevConfig` with `apps` apps of about 2 kB.
 * @param version another one changes every app, and only the apps
 */
export function bigConfig(apps: number, version: number): Uint8Array {
  return config.EdgeDevConfig.encode({
    id: { uuid: DEVICE_UUID, version: String(version) },
    device_name: "bench-device",
    apps: Array.from({ length: apps }, (_, n) => app(n, version)),
  }).finish();
}

function app(n: number, version: number): config.IAppInstanceConfig {
  return {
    uuidandversion: { uuid: uuid("a", n), version: String(version) },
    displayname: `app-${n}`,
    activate: true,
    fixedresources: { memory: 131_072, maxmem: 131_072, vcpus: 1, maxcpus: 1, rootdev: "/dev/xvda1" },
    userData: btoa(`#cloud-config ${version} ${"x".repeat(USER_DATA_BYTES * 0.75)}`).slice(
      0,
      USER_DATA_BYTES,
    ),
    volumeRefList: [{ uuid: uuid("b", n), mount_dir: "/data" }],
    interfaces: [{
      name: "eth0",
      networkId: uuid("c", n % 4),
      acls: [
        { id: 1, matches: [{ type: "ip", value: "0.0.0.0/0" }] },
        {
          id: 2,
          matches: [{ type: "protocol", value: "tcp" }, { type: "lport", value: String(8000 + n) }],
          actions: [{ portmap: true, appPort: 22 }],
        },
      ],
    }],
  };
}

function uuid(kind: string, n: number): string {
  return `${kind.repeat(8)}-0000-4000-8000-${String(n).padStart(12, "0")}`;
}
