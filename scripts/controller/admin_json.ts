/** How the admin API shows messages, devices, requests and faults. @module */

import type { Convertible } from "../../proto/message.ts";
import type { DeviceRecord } from "./device_record.ts";
import type { Received } from "./device_reports.ts";
import type { RequestRecord } from "./request_log.ts";

/** Names as in the .proto file, 64-bit integers as text, enums by name, bytes as base64. */
export function showMessage<Message extends object>(type: Convertible<Message>, message: Message): unknown {
  return type.toObject(message, { longs: String, enums: String, bytes: String, json: true });
}

/** A list of messages with the times of their arrival. */
export function showReceived<Message extends object>(
  type: Convertible<Message>,
  list: readonly Received<Message>[],
): unknown {
  return list.map(({ at, content }) => ({ received: showTime(at), message: showMessage(type, content) }));
}

/** RFC 3339, UTC. */
export function showTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** Certificates as base64 of PEM, named as Adam names them. */
export function showDevice(device: DeviceRecord): unknown {
  return {
    UUID: device.uuid,
    Cert: toBase64(device.certPem),
    ...(device.onboardPem === undefined ? {} : { Onboard: toBase64(device.onboardPem) }),
    Serial: device.serial,
  };
}

/** Without bodies. */
export function showRequest({ body: _body, payload: _payload, ...record }: RequestRecord): unknown {
  return { ...record, at: showTime(record.at) };
}

/** A replacer for JSON.stringify: bytes as `{"base64": …}`, as faults are given. */
export function showBytes(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? { base64: value.toBase64() } : value;
}

function toBase64(text: string): string {
  return new TextEncoder().encode(text).toBase64();
}
