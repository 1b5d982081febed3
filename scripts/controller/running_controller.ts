/** The controller that {@linkcode startController} hands out. @module */

import { join } from "node:path";
import type { config } from "../../proto/all.ts";
import { type ControllerPki, type KeyedCertificate, writeControllerPki } from "../pki/mod.ts";
import type { AdminServer } from "./admin_server.ts";
import type { RotateOptions } from "./certificates.ts";
import type { Controller, NewDevice } from "./controller.ts";
import { getConfig, putConfig, type PutConfigOptions } from "./device_config.ts";
import type { DeviceOptions, DeviceRecord } from "./device_record.ts";
import { DeviceReports } from "./device_reports.ts";
import type { DeviceServer } from "./device_server.ts";
import type { Faults } from "./faults.ts";
import type { OnboardRecord } from "./onboard_store.ts";
import type { RequestLog, RequestRecord } from "./request_log.ts";
import { type Settings, type Site, writeGlobalOptions } from "./site.ts";

/** What it is made of. */
export interface Parts {
  readonly dir: string;
  readonly hostname: string;
  readonly site: Site;
  readonly log: RequestLog;
  readonly deviceServer: DeviceServer;
}

/** See {@linkcode Controller}. */
export class RunningController implements Controller {
  readonly dir: string;
  readonly port: number;
  readonly server: string;
  readonly deviceUrl: string;
  readonly faults: Faults;
  readonly #parts: Parts;
  #admin: AdminServer | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.dir = parts.dir;
    this.port = parts.deviceServer.port;
    this.server = `${reachableHost(parts.hostname)}:${this.port}`;
    this.deviceUrl = `https://${this.server}`;
    this.faults = parts.site.faults;
  }

  /** Once, before anyone else sees this. */
  attachAdmin(admin: AdminServer): void {
    this.#admin = admin;
  }

  get adminPort(): number {
    return this.#admin?.port ?? 0;
  }
  get adminUrl(): string {
    return `http://127.0.0.1:${this.adminPort}`;
  }
  get pki(): ControllerPki {
    return this.#site.certificates.pki;
  }

  get requests(): readonly RequestRecord[] {
    return this.#parts.log.records;
  }
  waitForRequest(fits: (record: RequestRecord) => boolean, timeoutMs = 10_000): Promise<RequestRecord> {
    return this.#parts.log.wait(fits, timeoutMs);
  }
  clearRequests(): void {
    this.#parts.log.clear();
  }

  settings(): Settings {
    return this.#site.settings;
  }
  setSettings(changed: Partial<Settings>): void {
    this.#site.settings = { ...this.#site.settings, ...changed };
    writeGlobalOptions(this.dir, this.#site);
  }

  addOnboard(certPem: string, serials: readonly string[]): OnboardRecord {
    return this.#site.onboard.add(certPem, serials);
  }
  removeOnboard(commonName: string): boolean {
    return this.#site.onboard.remove(commonName);
  }
  onboard(): readonly OnboardRecord[] {
    return this.#site.onboard.list();
  }

  addDevice(device: NewDevice): DeviceRecord {
    return this.#site.devices.add(device);
  }
  removeDevice(uuid: string): boolean {
    return this.#site.devices.remove(uuid);
  }
  devices(): readonly DeviceRecord[] {
    return this.#site.devices.list();
  }
  deviceOptions(uuid: string): DeviceOptions {
    return this.#site.devices.options(uuid);
  }
  setDeviceOptions(uuid: string, changed: Partial<DeviceOptions>): DeviceOptions {
    return this.#site.devices.setOptions(this.#known(uuid), changed);
  }

  putConfig(uuid: string, content: Uint8Array | config.IEdgeDevConfig, options?: PutConfigOptions): number {
    return putConfig(this.#site.devices, this.#known(uuid), content, options);
  }
  getConfig(uuid: string): config.EdgeDevConfig | undefined {
    return getConfig(this.#site.devices, uuid);
  }
  reports(uuid: string): DeviceReports {
    return new DeviceReports(this.#site.devices, this.#known(uuid));
  }

  async rotate(options?: RotateOptions): Promise<KeyedCertificate> {
    const leaf = await this.#site.certificates.rotate(options);
    await writeControllerPki(join(this.dir, "pki"), this.pki);
    writeGlobalOptions(this.dir, this.#site);
    return leaf;
  }

  signWithListed(): void {
    this.#site.certificates.signWithListed();
  }

  closeConnections(): void {
    this.#parts.deviceServer.closeConnections();
  }
  async stop(): Promise<void> {
    await Promise.all([this.#parts.deviceServer.stop(), this.#admin?.stop()]);
  }

  get #site(): Site {
    return this.#parts.site;
  }

  #known(uuid: string): string {
    if (this.#site.devices.get(uuid) === undefined) throw new Error(`no device has the UUID ${uuid}`);
    return uuid;
  }
}

function reachableHost(hostname: string): string {
  if (hostname === "0.0.0.0" || hostname === "::") return "127.0.0.1";
  return hostname.includes(":") ? `[${hostname}]` : hostname;
}
