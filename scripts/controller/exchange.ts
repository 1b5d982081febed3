/** One request on its way through a handler, and who sent it. @module */

import type { Answer } from "./answer.ts";
import type { DeviceRecord } from "./device_record.ts";
import { type EnvelopeSummary, openEnvelope, type RequestEnvelope, requireSignature } from "./envelope.ts";
import type { Fault } from "./fault.ts";
import { Refusal } from "./answer.ts";
import type { Route } from "./endpoint.ts";
import type { Site } from "./site.ts";

/** A request whose body has been read. */
export interface Exchange {
  readonly route: Route;
  readonly body: Uint8Array;
  readonly contentType: string | undefined;
  readonly fault: Fault | undefined;
  /** Writes into the record of requests what the envelope held. */
  note(summary: EnvelopeSummary, payload: Uint8Array): void;
}

/** Decides the answer; throws {@linkcode Refusal} for a refused request. */
export type Handler = (site: Site, exchange: Exchange) => Answer | Promise<Answer>;

/** A request by a device that is known, and whose signature holds. */
export interface Authenticated {
  readonly device: DeviceRecord;
  readonly payload: Uint8Array;
}

/**
 * Opens the envelope and finds the sender (`spec/device-api.md §4.5, 13.3`).
 * @throws Refusal 500 for no envelope, 401 for an unknown sender or a bad signature, 403 for another device's path
 */
export function authenticate(site: Site, exchange: Exchange): Authenticated {
  const envelope = openNoted(site, exchange, 500);
  const { hash, hasSenderCert } = envelope.summary;
  if (hash === "") throw new Refusal(401, "senderCertHash is missing");
  const device = site.devices.byCertHash(hash);
  if (device === undefined) throw new Refusal(401, `no device has a certificate with the hash ${hash}`);
  requireSignature(envelope, device.publicKey, site.settings.strict);
  if (site.settings.strict) {
    const { uuid } = exchange.route;
    if (uuid !== undefined && uuid !== device.uuid) {
      throw new Refusal(403, `the path is that of ${uuid}, the signature that of ${device.uuid}`);
    }
    if (hasSenderCert) throw new Refusal(400, "senderCert belongs into register only");
  }
  return { device, payload: envelope.payload };
}

/** Opens the envelope and notes it; in strict mode the Content-Type must be right as well. */
export function openNoted(site: Site, exchange: Exchange, status: number): RequestEnvelope {
  const envelope = openEnvelope(exchange.body, status);
  exchange.note(envelope.summary, envelope.payload);
  if (site.settings.strict && exchange.contentType !== "application/x-proto-binary") {
    throw new Refusal(
      415,
      `Content-Type application/x-proto-binary was expected, ${exchange.contentType} arrived`,
    );
  }
  return envelope;
}
