/** What a running dev controller offers to tests, to the demo and to its own admin API. @module */

import type { config } from "../../proto/all.ts";
import type { ControllerPki, KeyedCertificate } from "../pki/mod.ts";
import type { RotateOptions } from "./certificates.ts";
import type { PutConfigOptions } from "./device_config.ts";
import type { DeviceOptions, DeviceRecord } from "./device_record.ts";
import type { DeviceReports } from "./device_reports.ts";
import type { Faults } from "./faults.ts";
import type { OnboardRecord } from "./onboard_store.ts";
import type { RequestRecord } from "./request_log.ts";
import type { Settings } from "./site.ts";

/** A device to be added by hand. */
export interface NewDevice {
  readonly certPem: string;
  readonly serial?: string;
  readonly onboardPem?: string;
  /** A random one when absent. */
  readonly uuid?: string;
}

/** A running controller. */
export interface Controller {
  /** `https://host:port`, no slash at the end. */
  readonly deviceUrl: string;
  /** `host:port`: what belongs into a device's `/config/server`. */
  readonly server: string;
  readonly port: number;
  /** `http://127.0.0.1:port`; the API is below `/admin`. */
  readonly adminUrl: string;
  readonly adminPort: number;
  readonly dir: string;
  /** The certificates in force. */
  readonly pki: ControllerPki;
  readonly faults: Faults;
  /** All requests so far, oldest first. */
  readonly requests: readonly RequestRecord[];
  /** The first answered request that fits, of those kept or those to come. @throws Error after `timeoutMs` (default 10 000) */
  waitForRequest(fits: (record: RequestRecord) => boolean, timeoutMs?: number): Promise<RequestRecord>;
  clearRequests(): void;
  settings(): Settings;
  setSettings(changed: Partial<Settings>): void;
  /** Lets devices register with this certificate and these serials; `*` for any. */
  addOnboard(certPem: string, serials: readonly string[]): OnboardRecord;
  removeOnboard(commonName: string): boolean;
  onboard(): readonly OnboardRecord[];
  /** Adds a device by hand. */
  addDevice(device: NewDevice): DeviceRecord;
  removeDevice(uuid: string): boolean;
  devices(): readonly DeviceRecord[];
  deviceOptions(uuid: string): DeviceOptions;
  setDeviceOptions(uuid: string, changed: Partial<DeviceOptions>): DeviceOptions;
  /** Fields are named as in `config.proto`. `id` is filled in. @returns the version */
  putConfig(uuid: string, content: Uint8Array | config.IEdgeDevConfig, options?: PutConfigOptions): number;
  getConfig(uuid: string): config.EdgeDevConfig | undefined;
  /** What the device sent. */
  reports(uuid: string): DeviceReports;
  /** Replaces the signing (or ECDH) certificate at once. */
  rotate(options?: RotateOptions): Promise<KeyedCertificate>;
  /** Signs with the certificate that a rotation with `signLater` has announced. */
  signWithListed(): void;
  /** Closes all device connections, idle or not, unannounced. */
  closeConnections(): void;
  /** Ends both servers; the folder stays. */
  stop(): Promise<void>;
}
