/** A device for tests: identities, ports, a store, and the options of a client around them. */
import { loadIdentity } from "../load_identity.ts";
import type { ControllerCertStore } from "../controller_cert_store.ts";
import type { DeviceNetworkStatus, NetworkPortStatus } from "../device_network_status.ts";
import { newAgentMetrics } from "../metrics_counters.ts";
import type { ClientOptions } from "../types.ts";
import { type Certificate, makeCertificate } from "./certificates.ts";

export const ROOT = makeCertificate({ name: "test root", ca: true });
export const SERVER = makeCertificate({
  name: "controller",
  issuer: ROOT,
  hosts: ["localhost", "127.0.0.1", "::1"],
});
export const DEVICE = makeCertificate({ name: "EVE" });
export const ONBOARD = makeCertificate({ name: "onboard" });

const bytes = (text: string) => new TextEncoder().encode(text);

export const identityOf = (certificate: Certificate) =>
  loadIdentity(bytes(certificate.pem), bytes(certificate.keyPem));

/** A management port; loopback addresses can be sources. */
export function port(IfName: string, changes: Partial<NetworkPortStatus> = {}): NetworkPortStatus {
  return {
    IfName,
    Logicallabel: IfName,
    IsMgmt: true,
    IsL3Port: true,
    InvalidConfig: false,
    Cost: 0,
    AddrInfoList: [{ Addr: "127.0.0.1" }],
    DNSServers: ["127.0.0.1"],
    LastFailed: "0001-01-01T00:00:00Z",
    LastSucceeded: "0001-01-01T00:00:00Z",
    Proxies: null,
    Exceptions: "",
    Pacfile: "",
    NetworkProxyEnable: false,
    "pubsub-large-ProxyCertPEM": null,
    ...changes,
  };
}

export const addresses = (...list: readonly string[]) => ({ AddrInfoList: list.map((Addr) => ({ Addr })) });

export const network = (...Ports: readonly NetworkPortStatus[]): DeviceNetworkStatus => ({
  Version: 1,
  Ports,
});

/** A store in memory, with the semantics of the files. */
export class MemoryStore implements ControllerCertStore {
  primary: Uint8Array | undefined;
  backup: Uint8Array | undefined;
  loads = 0;
  saves = 0;
  load(which: "primary" | "backup"): Uint8Array | undefined {
    this.loads++;
    return this[which];
  }
  save(content: Uint8Array): void {
    this.saves++;
    this.backup = this.primary ?? content;
    this.primary = content;
  }
}

/** Options for a device on loopback, with one port `eth0`. */
export function clientOptions(changes: Partial<ClientOptions> = {}): ClientOptions {
  return {
    deviceNetworkStatus: () => network(port("eth0")),
    device: identityOf(DEVICE),
    onboard: identityOf(ONBOARD),
    rootCertificatePem: ROOT.pem,
    systemRootsPem: "",
    controllerCerts: new MemoryStore(),
    devUUID: () => "",
    sendTimeoutMs: () => 20_000,
    dialTimeoutMs: () => 10_000,
    metrics: newAgentMetrics(() => Date.parse("2025-03-01T10:00:00.123Z")),
    ...changes,
  };
}
