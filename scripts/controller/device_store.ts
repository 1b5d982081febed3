/**
 * Registered devices and what they sent, in a folder each, named as in Adam's directory driver (`spec/device-api.md §13.1`).
 *
 * Two differences: `info` and `metrics` hold the protobuf bytes as received, `logs` and `<app-uuid>` the gzip files.
 * @module
 */

import { join } from "node:path";
import { type DeviceOptions, deviceOptions, type DeviceRecord, deviceRecord } from "./device_record.ts";
import { Journal } from "./journal.ts";
import {
  readIfPresent,
  readJsonIfPresent,
  readTextIfPresent,
  removeFolder,
  replaceFile,
  subfolders,
} from "./state_file.ts";

/** A folder of items that a device sent; an app's UUID is one too. */
export type JournalKind = "logs" | "info" | "metrics" | "flow_message" | "hardwarehealth";

/** A file that is replaced as a whole. */
export type DeviceFile = "config.json" | "certs.json" | "storage-keys.json";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Canonical lower-case UUID text. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** A folder per device below `dir`. */
export class DeviceStore {
  readonly #records = new Map<string, DeviceRecord>();
  readonly #byCertHash = new Map<string, DeviceRecord>();
  readonly #journals = new Map<string, Journal>();

  constructor(readonly dir: string) {
    for (const uuid of subfolders(dir).filter(isUuid)) {
      const certPem = readTextIfPresent(join(dir, uuid, "device-certificate.pem"));
      if (certPem === undefined) continue;
      const onboardPem = readTextIfPresent(join(dir, uuid, "onboard-certificate.pem"));
      const serial = readTextIfPresent(join(dir, uuid, "serial.txt")) ?? "";
      this.#remember(deviceRecord(uuid, certPem, serial, onboardPem));
    }
  }

  /** By UUID. */
  list(): DeviceRecord[] {
    return [...this.#records.values()];
  }

  get(uuid: string): DeviceRecord | undefined {
    return this.#records.get(uuid);
  }

  /** @param certHash SHA-256 of the DER, lower-case hexadecimal */
  byCertHash(certHash: string): DeviceRecord | undefined {
    return this.#byCertHash.get(certHash);
  }

  /**
   * @param uuid a random one when absent
   * @throws Error when the PEM is none, or the UUID is malformed.
   */
  add(device: { certPem: string; serial?: string; onboardPem?: string; uuid?: string }): DeviceRecord {
    const uuid = device.uuid ?? crypto.randomUUID();
    if (!isUuid(uuid)) throw new Error(`a lower-case UUID was expected, ${JSON.stringify(uuid)} arrived`);
    const record = deviceRecord(uuid, device.certPem, device.serial ?? "", device.onboardPem);
    const at = (name: string) => join(this.dir, uuid, name);
    replaceFile(at("serial.txt"), record.serial);
    if (record.onboardPem !== undefined) replaceFile(at("onboard-certificate.pem"), record.onboardPem);
    replaceFile(at("device-certificate.pem"), record.certPem);
    return this.#remember(record);
  }

  /** Forgets the device and all it sent. */
  remove(uuid: string): boolean {
    const record = this.#records.get(uuid);
    if (record === undefined) return false;
    this.#records.delete(uuid);
    this.#byCertHash.delete(record.certHash);
    for (const dir of this.#journals.keys()) {
      if (dir.startsWith(join(this.dir, uuid))) this.#journals.delete(dir);
    }
    removeFolder(this.dir, uuid);
    return true;
  }

  options(uuid: string): DeviceOptions {
    return deviceOptions(readJsonIfPresent(join(this.dir, uuid, "options.json")));
  }

  /** Replaces the named members. */
  setOptions(uuid: string, changed: Partial<DeviceOptions>): DeviceOptions {
    const options = { ...this.options(uuid), ...changed };
    replaceFile(join(this.dir, uuid, "options.json"), JSON.stringify(options, null, 2));
    return options;
  }

  /** undefined when nothing was stored under that name. */
  read(uuid: string, file: DeviceFile): Uint8Array<ArrayBuffer> | undefined {
    return readIfPresent(join(this.dir, uuid, file));
  }

  write(uuid: string, file: DeviceFile, content: Uint8Array | string): void {
    replaceFile(join(this.dir, uuid, file), content);
  }

  /** What the device sent of one kind. */
  journal(uuid: string, kind: JournalKind): Journal {
    return this.#journal(uuid, kind);
  }

  /** Adds a line to `requests/<first>`; one file for each run of the controller. */
  appendRequest(uuid: string, file: string, line: string): void {
    const dir = join(this.dir, uuid, "requests");
    Deno.mkdirSync(dir, { recursive: true });
    Deno.writeTextFileSync(join(dir, file), `${line}\n`, { append: true });
  }

  /** Which applications sent logs. */
  apps(uuid: string): string[] {
    return subfolders(join(this.dir, uuid)).filter(isUuid);
  }

  /** The logs of one of its applications. */
  appLogs(uuid: string, appUuid: string): Journal {
    if (!isUuid(appUuid)) {
      throw new Error(`a lower-case UUID was expected, ${JSON.stringify(appUuid)} arrived`);
    }
    return this.#journal(uuid, appUuid);
  }

  #remember(record: DeviceRecord): DeviceRecord {
    this.#records.set(record.uuid, record);
    this.#byCertHash.set(record.certHash, record);
    return record;
  }

  #journal(uuid: string, folder: string): Journal {
    const dir = join(this.dir, uuid, folder);
    const known = this.#journals.get(dir);
    if (known !== undefined) return known;
    const journal = new Journal(dir);
    this.#journals.set(dir, journal);
    return journal;
  }
}
