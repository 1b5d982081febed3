/** Which request of the device API a method and a path mean (`spec/device-api.md §1`). @module */

/** The requests that a device makes; the last four are the kinds of `attest` that a fault can aim at. */
export const ENDPOINTS = [
  "probe",
  "ping",
  "certs",
  "register",
  "uuid",
  "config",
  "compound-config",
  "attest",
  "info",
  "metrics",
  "newlogs",
  "app-newlogs",
  "flowlog",
  "hardwarehealth",
  "scep",
  "unknown",
  "attest-cert",
  "attest-nonce",
  "attest-quote",
  "attest-store-keys",
] as const;

/** See {@linkcode ENDPOINTS}. */
export type Endpoint = typeof ENDPOINTS[number];

/** A path taken apart. */
export interface Route {
  readonly endpoint: Endpoint;
  /** The UUID in the path, as it stands there. */
  readonly uuid?: string;
  readonly appUuid?: string;
  /** The path exists but not with this method: 405. */
  readonly wrongMethod?: boolean;
}

const WITHOUT_UUID: Readonly<Record<string, Endpoint>> = {
  ping: "ping",
  certs: "certs",
  register: "register",
  uuid: "uuid",
};

const WITH_UUID: Readonly<Record<string, Endpoint>> = {
  config: "config",
  "compound-config": "compound-config",
  attest: "attest",
  info: "info",
  metrics: "metrics",
  newlogs: "newlogs",
  flowlog: "flowlog",
  hardwarehealth: "hardwarehealth",
  "proxy/scep": "scep",
};

const METHODS: Partial<Readonly<Record<Endpoint, readonly string[]>>> = {
  probe: ["GET", "HEAD"],
  ping: ["GET"],
  certs: ["GET", "POST"],
};

/** @param target what stands in the request line, query included */
export function parseRoute(method: string, target: string): Route {
  const path = target.split("?", 1)[0] ?? "";
  const route = parsePath(path);
  if (route.endpoint === "unknown") return route;
  return (METHODS[route.endpoint] ?? ["POST"]).includes(method) ? route : { ...route, wrongMethod: true };
}

function parsePath(path: string): Route {
  if (path === "/probe") return { endpoint: "probe" };
  const plain = path.match(/^\/api\/v2\/edgedevice\/([a-z]+)$/)?.[1];
  if (plain !== undefined) return { endpoint: WITHOUT_UUID[plain] ?? "unknown" };
  const [, uuid, action] = path.match(/^\/api\/v2\/edgedevice\/id\/([^/]+)\/(.+)$/) ?? [];
  if (uuid === undefined || action === undefined) return { endpoint: "unknown" };
  const appUuid = action.match(/^apps\/instanceid\/([^/]+)\/newlogs$/)?.[1];
  if (appUuid !== undefined) return { endpoint: "app-newlogs", uuid, appUuid };
  return { endpoint: WITH_UUID[action] ?? "unknown", uuid };
}
