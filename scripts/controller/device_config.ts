/** A device's configuration: put by people, served with hash and version (`spec/device-api.md §6.5`). @module */

import protobuf from "protobufjs/minimal";
import { Buffer } from "node:buffer";
import { config } from "../../proto/all.ts";
import { fromJson } from "../../proto/json.ts";
import { toTimestamp } from "../../proto/timestamp.ts";
import type { DeviceStore } from "./device_store.ts";
import type { ConfigFault } from "./fault.ts";
import { sha256 } from "./digest.ts";

/** How to put a configuration. */
export interface PutConfigOptions {
  /** Sets `config_timestamp`, milliseconds since 1970. */
  readonly timestampMs?: number;
}

/**
 * Replaces a device's configuration. `id.uuid` is filled in, `id.version` is one more than the last.
 * Bytes are kept as they are, fields unknown here included.
 * @param content bytes of an EdgeDevConfig, or its fields named as in the .proto file
 * @returns the version
 * @throws Error for what is no EdgeDevConfig, or one for another device
 */
export function putConfig(
  devices: DeviceStore,
  uuid: string,
  content: Uint8Array | object,
  options: PutConfigOptions = {},
): number {
  const bytes = content instanceof Uint8Array
    ? content
    : config.EdgeDevConfig.encode(fromJson(config.EdgeDevConfig, content)).finish();
  const given = config.EdgeDevConfig.decode(bytes);
  const addressee = given.id?.uuid ?? "";
  if (addressee !== "" && addressee !== uuid) {
    throw new Error(`this configuration is for ${addressee}, not for ${uuid}`);
  }
  const version = Math.max(versionOf(given), (configVersion(devices, uuid) ?? 0) + 1);
  const { timestampMs } = options;
  const filled = config.EdgeDevConfig.encode({
    id: { uuid, version: String(version) },
  }).finish();
  devices.write(uuid, "config.json", Buffer.concat([bytes, filled, timestampField(timestampMs)]));
  return version;
}

/** The version of the stored configuration; undefined when there is none. */
export function configVersion(devices: DeviceStore, uuid: string): number | undefined {
  const stored = devices.read(uuid, "config.json");
  return stored === undefined ? undefined : versionOf(config.EdgeDevConfig.decode(stored));
}

/** The stored configuration; undefined when none was put. */
export function getConfig(devices: DeviceStore, uuid: string): config.EdgeDevConfig | undefined {
  const stored = devices.read(uuid, "config.json");
  return stored === undefined ? undefined : config.EdgeDevConfig.decode(stored);
}

/** What is served: bytes of the EdgeDevConfig and its opaque hash. */
export interface ServedConfig {
  readonly bytes: Uint8Array;
  /** Padded base64url of a SHA-256. */
  readonly hash: string;
}

/** Adds what the controller itself says in a configuration. In protobuf what comes later replaces what came before. */
export function servedConfig(stored: Uint8Array, certsHash: string, fault: ConfigFault = {}): ServedConfig {
  const { timestampMs, uuid } = fault;
  const added = config.EdgeDevConfig.encode({
    controllercert_confighash: certsHash,
    ...(uuid === undefined
      ? {}
      : { id: { uuid, version: config.EdgeDevConfig.decode(stored).id?.version ?? "" } }),
  }).finish();
  const bytes = Buffer.concat([stored, added, timestampField(timestampMs)]);
  const hash = sha256(bytes).toBase64({ alphabet: "base64url" });
  return { bytes, hash };
}

/** A ConfigResponse around bytes that are a serialized EdgeDevConfig already. */
export function configResponse(configBytes: Uint8Array | undefined, configHash: string): Uint8Array {
  const hash = config.ConfigResponse.encode({ configHash }).finish();
  if (configBytes === undefined) return hash;
  const fieldOne = new protobuf.Writer().uint32(10).bytes(configBytes).finish();
  return Buffer.concat([fieldOne, hash]);
}

/** `config_timestamp` (field 40) with both members written out: what is left out would stay what it was before. */
function timestampField(timestampMs: number | undefined): Uint8Array {
  if (timestampMs === undefined) return new Uint8Array();
  const { seconds, nanos } = toTimestamp(timestampMs);
  const writer = new protobuf.Writer().uint32(40 << 3 | 2).fork();
  return writer.uint32(8).int64(seconds).uint32(16).int32(nanos).ldelim().finish();
}

function versionOf(content: config.EdgeDevConfig): number {
  const version = Number(content.id?.version ?? "0");
  return Number.isSafeInteger(version) && version > 0 ? version : 0;
}
