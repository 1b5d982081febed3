/** The configurations that the demo's controller hands out. */
import { config } from "../../proto/all.ts";

/** An app of the demo. */
export const app = { uuid: "3f2c9a1e-6d54-4a7b-9c33-5b8d1f0e7a21", name: "camera" };

const datastore = "8d0e6f5c-2b1a-4c3d-8e9f-0a1b2c3d4e5f";

function item(key: string, value: string): config.IConfigItem {
  return { key, value };
}

/** The first one: quick timers, fast log upload, a datastore. */
export function firstConfig(): config.IEdgeDevConfig {
  return {
    device_name: "demo-device",
    project_name: "demo",
    configItems: [
      item("timer.config.interval", "5"),
      item("timer.metric.interval", "5"),
      item("newlog.allow.fastupload", "true"),
    ],
    datastores: [{ id: datastore, dType: config.DsType.DsHttps, fqdn: "images.example.com" }],
  };
}

/** The second: another log level, and an app. */
export function secondConfig(): config.IEdgeDevConfig {
  const first = firstConfig();
  return {
    ...first,
    configItems: [...first.configItems ?? [], item("debug.default.loglevel", "debug")],
    apps: [{
      uuidandversion: { uuid: app.uuid, version: "1" },
      displayname: app.name,
      activate: true,
      fixedresources: { memory: 131072, vcpus: 1 },
    }],
  };
}
