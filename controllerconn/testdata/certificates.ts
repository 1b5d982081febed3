/** Certificates for tests: any validity, key, usage and issuer, made in a few milliseconds. */
import crypto, { type KeyObject } from "node:crypto";
import { isIP } from "node:net";
import { bits, boolean, concat, integer, octets, oid, sequence, set, time, tlv, utf8 } from "./der.ts";

/** What to put into a certificate; the defaults make a P-256 server leaf that is valid now. */
export interface CertificateSpec {
  readonly name: string;
  /** Self-signed without it. */
  readonly issuer?: Certificate;
  readonly ca?: boolean;
  /** No basicConstraints extension at all. */
  readonly plain?: boolean;
  readonly pathLength?: number;
  /** DNS names and IP addresses. */
  readonly hosts?: readonly string[];
  /** OIDs; default serverAuth for a leaf, none for a CA. */
  readonly extendedKeyUsage?: readonly string[];
  readonly notBefore?: number;
  readonly notAfter?: number;
  readonly key?: "P-256" | "P-384" | "P-521" | "RSA" | KeyObject;
}

/** A certificate with its key. */
export interface Certificate {
  readonly name: string;
  readonly pem: string;
  readonly der: Uint8Array;
  readonly key: KeyObject;
  readonly keyPem: string;
}

export const SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
export const CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
export const ANY_USAGE = "2.5.29.37.0";
const DAY = 86_400_000;

/** SubjectPublicKeyInfo of a key. */
function publicKeyInfo(key: KeyObject): Uint8Array {
  const der = crypto.createPublicKey({ key: pkcs8(key), format: "pem" }).export({
    format: "der",
    type: "spki",
  });
  return new Uint8Array(der);
}

function pkcs8(key: KeyObject): string {
  return key.export({ format: "pem", type: "pkcs8" }).toString();
}

function makeKey(kind: CertificateSpec["key"]): KeyObject {
  if (kind === undefined || kind === "P-256" || kind === "P-384" || kind === "P-521") {
    return crypto.generateKeyPairSync("ec", { namedCurve: kind ?? "P-256" }).privateKey;
  }
  return kind === "RSA" ? crypto.generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey : kind;
}

const nameOf = (text: string) => sequence(set(sequence(oid("2.5.4.3"), utf8(text))));

function extension(id: string, critical: boolean, value: Uint8Array): Uint8Array {
  return sequence(oid(id), ...(critical ? [boolean(true)] : []), octets(value));
}

function hostName(host: string): Uint8Array {
  if (isIP(host) === 4) return tlv(0x87, Uint8Array.from(host.split(".").map(Number)));
  if (host === "::1") return tlv(0x87, new Uint8Array(15), Uint8Array.of(1));
  return tlv(0x82, new TextEncoder().encode(host));
}

function extensions(spec: CertificateSpec): Uint8Array {
  const list: Uint8Array[] = [];
  if (spec.plain !== true) {
    const pathLength = spec.pathLength === undefined ? [] : [integer(spec.pathLength)];
    list.push(
      extension("2.5.29.19", true, sequence(...(spec.ca === true ? [boolean(true)] : []), ...pathLength)),
    );
  }
  const usage = spec.extendedKeyUsage ?? (spec.ca === true ? [] : [SERVER_AUTH]);
  if (usage.length > 0) list.push(extension("2.5.29.37", false, sequence(...usage.map(oid))));
  if (spec.hosts !== undefined) {
    list.push(extension("2.5.29.17", false, sequence(...spec.hosts.map(hostName))));
  }
  return list.length === 0 ? new Uint8Array(0) : tlv(0xa3, sequence(...list));
}

/** Makes and signs a certificate. */
export function makeCertificate(spec: CertificateSpec): Certificate {
  const key = makeKey(spec.key);
  const signer = spec.issuer?.key ?? key;
  const rsa = signer.asymmetricKeyType === "rsa";
  const algorithm = rsa
    ? sequence(oid("1.2.840.113549.1.1.11"), tlv(0x05))
    : sequence(oid("1.2.840.10045.4.3.2"));
  const now = Date.now();
  const toBeSigned = sequence(
    tlv(0xa0, integer(2)),
    integer(crypto.randomInt(1, 2 ** 30)),
    algorithm,
    nameOf(spec.issuer?.name ?? spec.name),
    sequence(time(spec.notBefore ?? now - DAY), time(spec.notAfter ?? now + 365 * DAY)),
    nameOf(spec.name),
    publicKeyInfo(key),
    extensions(spec),
  );
  const signature = new Uint8Array(crypto.sign("sha256", toBeSigned, signer));
  const der = concat(sequence(toBeSigned, algorithm, bits(signature)));
  const lines = der.toBase64().match(/.{1,64}/g) ?? [];
  return {
    name: spec.name,
    pem: `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`,
    der,
    key,
    keyPem: pkcs8(key),
  };
}
