/** What the controller knows of one device (`device/<uuid>/`). @module */

import { createPublicKey, type KeyObject } from "node:crypto";
import { certificateDer } from "./envelope.ts";
import { sha256Hex } from "./digest.ts";

/** State of attestation, and what `uuid` answers besides the UUID. Kept in `options.json`. */
export interface DeviceOptions {
  /** Hexadecimal text of the last nonce. */
  readonly nonce: string;
  /** What `config` must carry; empty before the first quote. Another value forces 403 and a new attestation. */
  readonly integrityToken: string;
  readonly attested: boolean;
  /** With `productName` set as well: the hardware model that `uuid` answers. */
  readonly manufacturer: string;
  readonly productName: string;
}

/** A registered device. */
export interface DeviceRecord {
  readonly uuid: string;
  readonly certPem: string;
  /** SHA-256 of the DER, lower-case hexadecimal. */
  readonly certHash: string;
  readonly publicKey: KeyObject;
  /** The onboarding certificate it registered with; absent when it was added by hand. */
  readonly onboardPem?: string;
  /** The serial, hardware or soft, that let it register. */
  readonly serial: string;
}

/** @throws Error when the PEM holds no certificate. */
export function deviceRecord(
  uuid: string,
  certPem: string,
  serial: string,
  onboardPem?: string,
): DeviceRecord {
  return {
    uuid,
    certPem,
    certHash: sha256Hex(certificateDer(certPem)),
    publicKey: createPublicKey(certPem),
    serial,
    ...(onboardPem === undefined ? {} : { onboardPem }),
  };
}

/** Reads `options.json`; what is missing or of another type takes its first value. */
export function deviceOptions(stored: Readonly<Record<string, unknown>> = {}): DeviceOptions {
  const text = (name: string) => typeof stored[name] === "string" ? stored[name] : "";
  return {
    nonce: text("nonce"),
    integrityToken: text("integrityToken"),
    attested: stored["attested"] === true,
    manufacturer: text("manufacturer"),
    productName: text("productName"),
  };
}
