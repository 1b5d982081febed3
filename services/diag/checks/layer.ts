/** The layers between a device and its controller, from the device outwards: what to look at first. Plain data. */

/** Short name of a layer. */
export type LayerName =
  | "server"
  | "root"
  | "identity"
  | "clock"
  | "bus"
  | "port"
  | "link"
  | "address"
  | "gateway"
  | "dns"
  | "proxy"
  | "tcp"
  | "tls"
  | "http"
  | "envelope"
  | "last-test"
  | "onboarding"
  | "config"
  | "device"
  | "logs";

/** One layer. */
export interface Layer {
  readonly name: LayerName;
  readonly title: string;
  /** `port`: looked at once for each management port. */
  readonly scope: "device" | "port";
  /** Nothing can be said of this layer where one of these has failed. */
  readonly dependsOn: readonly LayerName[];
  /** Meaningful only where the controller can be reached over some port. */
  readonly needsController?: true;
}

/** In the order in which failures are told. */
export const layers: readonly Layer[] = [
  { name: "server", title: "name of the controller", scope: "device", dependsOn: [] },
  { name: "root", title: "root certificate", scope: "device", dependsOn: [] },
  { name: "identity", title: "identity of the device", scope: "device", dependsOn: [] },
  { name: "clock", title: "clock", scope: "device", dependsOn: [] },
  { name: "bus", title: "bus", scope: "device", dependsOn: [] },
  { name: "port", title: "management ports", scope: "device", dependsOn: ["bus"] },
  { name: "link", title: "link", scope: "port", dependsOn: ["port"] },
  { name: "address", title: "address", scope: "port", dependsOn: ["link"] },
  { name: "gateway", title: "gateway", scope: "port", dependsOn: ["address"] },
  { name: "dns", title: "name servers", scope: "port", dependsOn: ["address", "gateway", "server"] },
  { name: "proxy", title: "proxy", scope: "port", dependsOn: ["address", "gateway", "dns", "server"] },
  { name: "tcp", title: "TCP connection", scope: "port", dependsOn: ["gateway", "dns", "proxy"] },
  { name: "tls", title: "TLS", scope: "port", dependsOn: ["tcp", "root", "clock"] },
  { name: "http", title: "answer of the controller", scope: "port", dependsOn: ["tls"] },
  { name: "envelope", title: "signed envelope", scope: "port", dependsOn: ["http", "identity"] },
  { name: "last-test", title: "last test by nim", scope: "port", dependsOn: ["address"] },
  {
    name: "onboarding",
    title: "onboarding",
    scope: "device",
    dependsOn: ["identity"],
    needsController: true,
  },
  { name: "config", title: "configuration", scope: "device", dependsOn: [], needsController: true },
  { name: "device", title: "state of the device", scope: "device", dependsOn: [] },
  { name: "logs", title: "logs", scope: "device", dependsOn: [], needsController: true },
];
