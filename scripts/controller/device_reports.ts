/** Reads back what devices sent. @module */

import { storedCertificates } from "./attest_files.ts";
import { type certs, flowlog, hardwarehealth, info, metrics } from "../../proto/all.ts";
import type { DeviceStore, JournalKind } from "./device_store.ts";
import type { JournalItem } from "./journal.ts";
import { type LogFile, type LogFileKind, readLogFile } from "./log_file.ts";

/** Something that a device sent, and when it arrived, milliseconds since 1970. */
export interface Received<Content> {
  readonly at: number;
  readonly content: Content;
}

/** A log file and its size as it was uploaded. */
export interface ReceivedLogFile extends LogFile {
  readonly at: number;
  /** Of the gzip file, bytes. */
  readonly size: number;
}

/** One device's reports, oldest first, decoded when asked for. */
export class DeviceReports {
  constructor(readonly devices: DeviceStore, readonly uuid: string) {}

  /** The device's own log files. */
  async logs(): Promise<ReceivedLogFile[]> {
    return await readFiles(await this.devices.journal(this.uuid, "logs").items(), "device");
  }

  /** UUIDs of the applications whose logs came. */
  apps(): string[] {
    return this.devices.apps(this.uuid);
  }

  /** One application's log files. */
  async appLogs(appUuid: string): Promise<ReceivedLogFile[]> {
    return await readFiles(await this.devices.appLogs(this.uuid, appUuid).items(), "app");
  }

  info(): Promise<Received<info.ZInfoMsg>[]> {
    return this.#decoded("info", (bytes) => info.ZInfoMsg.decode(bytes));
  }

  metrics(): Promise<Received<metrics.ZMetricMsg>[]> {
    return this.#decoded("metrics", (bytes) => metrics.ZMetricMsg.decode(bytes));
  }

  flows(): Promise<Received<flowlog.FlowMessage>[]> {
    return this.#decoded("flow_message", (bytes) => flowlog.FlowMessage.decode(bytes));
  }

  hardwareHealth(): Promise<Received<hardwarehealth.ZHardwareHealth>[]> {
    return this.#decoded("hardwarehealth", (bytes) => hardwarehealth.ZHardwareHealth.decode(bytes));
  }

  /** The certificates of the last ATTEST_REQ_CERT. */
  certs(): certs.ZCert[] {
    return storedCertificates(this.devices, this.uuid);
  }

  async #decoded<T>(kind: JournalKind, decode: (bytes: Uint8Array) => T): Promise<Received<T>[]> {
    const items = await this.devices.journal(this.uuid, kind).items();
    return items.map(({ at, bytes }) => ({ at, content: decode(bytes) }));
  }
}

async function readFiles(items: readonly JournalItem[], kind: LogFileKind): Promise<ReceivedLogFile[]> {
  const files: ReceivedLogFile[] = [];
  for (const { at, bytes } of items) {
    files.push({ at, size: bytes.length, ...await readLogFile(bytes, kind, false) });
  }
  return files;
}
