/** What attestation leaves in a device's folder: `certs.json` and `storage-keys.json`. @module */

import { attest, certs } from "../../proto/all.ts";
import type { DeviceStore } from "./device_store.ts";

/** The certificates of the last ATTEST_REQ_CERT; a later request replaces them all. */
export function storeCertificates(devices: DeviceStore, uuid: string, list: readonly certs.IZCert[]): void {
  const message = attest.ZAttestReq.create({ certs: list });
  const shown = attest.ZAttestReq.toObject(message, { bytes: String, arrays: true });
  devices.write(uuid, "certs.json", JSON.stringify({ certs: shown["certs"] ?? [] }, null, 2));
}

/** Empty when the device has sent none. */
export function storedCertificates(devices: DeviceStore, uuid: string): certs.ZCert[] {
  return attest.ZAttestReq.fromObject(parse(devices.read(uuid, "certs.json"))).certs;
}

/** The sealed volume keys of the last STORE_KEYS. */
export function storeVolumeKeys(
  devices: DeviceStore,
  uuid: string,
  keys: readonly attest.IAttestVolumeKey[],
): void {
  const message = attest.AttestStorageKeys.create({ keys });
  const shown = attest.AttestStorageKeys.toObject(message, { bytes: String, arrays: true });
  devices.write(uuid, "storage-keys.json", JSON.stringify({ keys: shown["keys"] ?? [] }, null, 2));
}

/** Empty when the device has stored none. */
export function readVolumeKeys(devices: DeviceStore, uuid: string): attest.AttestVolumeKey[] {
  return attest.AttestStorageKeys.fromObject(parse(devices.read(uuid, "storage-keys.json"))).keys;
}

function parse(bytes: Uint8Array | undefined): object {
  if (bytes === undefined) return {};
  const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
  return typeof value === "object" && value !== null ? value : {};
}
