/** One certificate with its key, made to order: good ones, and the bad ones that a device must refuse. @module */

import * as x509 from "./x509.ts";
import { importPkcs8Pem, keyAlgorithm, type KeyKind, makeKeyPair, pkcs8Pem } from "./key.ts";

const DAY = 86_400_000;

/** What a certificate is allowed to be used for. */
export type ExtendedUsage = "serverAuth" | "clientAuth";

/** A certificate and its private key. */
export interface KeyedCertificate {
  /** PEM, one block, ending with a newline. */
  readonly certPem: string;
  /** The same as DER. */
  readonly der: Uint8Array;
  /** PKCS#8 PEM of the private key. */
  readonly keyPem: string;
  readonly kind: KeyKind;
  /** The subject, e.g. `CN=eve-comms test root`. */
  readonly subject: string;
  /** For signing further certificates. */
  readonly privateKey: CryptoKey;
}

/** What the certificate shall say. */
export interface CertificateOrder {
  /** Distinguished name, e.g. `O=The Linux Foundation, CN=EVE`. */
  readonly subject: string;
  /** Who signs it; itself when absent. */
  readonly issuer?: KeyedCertificate;
  readonly kind?: KeyKind;
  /** CA true and the right to sign certificates. */
  readonly ca?: boolean;
  /** Names and addresses for the SAN; none gives a certificate without SAN. */
  readonly hosts?: readonly string[];
  /** Empty or absent: no such extension. */
  readonly extendedUsages?: readonly ExtendedUsage[];
  readonly extraUsages?: number;
  /** Default: yesterday. */
  readonly notBefore?: Date;
  /** Default: a year from now. */
  readonly notAfter?: Date;
}

/** Makes the key pair and the certificate. */
export async function makeCertificate(order: CertificateOrder): Promise<KeyedCertificate> {
  const kind = order.kind ?? "P-256";
  const keys = await makeKeyPair(kind);
  const issuer = order.issuer;
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: randomSerial(),
    subject: order.subject,
    issuer: issuer?.subject ?? order.subject,
    publicKey: keys.publicKey,
    signingKey: issuer?.privateKey ?? keys.privateKey,
    signingAlgorithm: keyAlgorithm(issuer?.kind ?? kind),
    notBefore: order.notBefore ?? new Date(Date.now() - DAY),
    notAfter: order.notAfter ?? new Date(Date.now() + 365 * DAY),
    extensions: extensions(order),
  });
  return {
    certPem: certificate.toString("pem") + "\n",
    der: new Uint8Array(certificate.rawData),
    keyPem: await pkcs8Pem(keys.privateKey),
    kind,
    subject: order.subject,
    privateKey: keys.privateKey,
  };
}

/** Reads back a certificate and its key from their PEM files' text. */
export async function readCertificate(certPem: string, keyPem: string): Promise<KeyedCertificate> {
  const certificate = new x509.X509Certificate(certPem);
  const kind = certificate.publicKey.algorithm.name === "ECDSA" ? "P-256" : "RSA-2048";
  return {
    certPem,
    der: new Uint8Array(certificate.rawData),
    keyPem,
    kind,
    subject: certificate.subject,
    privateKey: await importPkcs8Pem(keyPem, kind),
  };
}

function extensions(order: CertificateOrder): x509.Extension[] {
  const ca = order.ca === true;
  const usages = x509.KeyUsageFlags.digitalSignature | (ca ? x509.KeyUsageFlags.keyCertSign : 0) |
    (order.extraUsages ?? 0);
  const list: x509.Extension[] = [
    new x509.BasicConstraintsExtension(ca, undefined, true),
    new x509.KeyUsagesExtension(usages, true),
  ];
  const extended = order.extendedUsages ?? [];
  if (extended.length > 0) {
    list.push(new x509.ExtendedKeyUsageExtension(extended.map((usage) => x509.ExtendedKeyUsage[usage])));
  }
  const hosts = order.hosts ?? [];
  if (hosts.length > 0) {
    list.push(new x509.SubjectAlternativeNameExtension(hosts.map(generalName)));
  }
  return list;
}

function generalName(host: string): { type: "ip" | "dns"; value: string } {
  const isAddress = host.includes(":") || /^[0-9.]+$/.test(host);
  return { type: isAddress ? "ip" : "dns", value: host };
}

/** Positive and below 2^127, in hexadecimal. */
function randomSerial(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toHex();
}
