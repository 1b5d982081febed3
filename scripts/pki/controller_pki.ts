/** The certificates of a controller: root, server, signing, ECDH (`spec/device-api.md §13.1, 14`). @module */

import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import {
  type CertificateOrder,
  type ExtendedUsage,
  type KeyedCertificate,
  makeCertificate,
} from "./certificate.ts";
import type { KeyKind } from "./key.ts";
import { writeControllerPki } from "./pki_folder.ts";

/** The three leaves and what they chain to. */
export interface ControllerPki {
  /** The CA whose certificate belongs into a device's `/config/root-certificate.pem`. */
  readonly root: KeyedCertificate;
  /** From below the root down to the issuer of the leaves; usually empty. */
  readonly intermediates: readonly KeyedCertificate[];
  readonly server: KeyedCertificate;
  readonly signing: KeyedCertificate;
  readonly ecdh: KeyedCertificate;
}

/** How a leaf shall differ from a good one. */
export interface LeafOptions {
  readonly kind?: KeyKind;
  /** Ended an hour ago. */
  readonly expired?: boolean;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  /** Default: `serverAuth`. */
  readonly extendedUsages?: readonly ExtendedUsage[];
  /** Signed by another root, which no device knows. */
  readonly foreignRoot?: boolean;
  /** The host stands in the CN only, there is no SAN. */
  readonly commonNameOnly?: boolean;
}

/** What set to make. */
export interface ControllerPkiOptions {
  /** Names and addresses under which devices reach the controller. */
  readonly hosts: readonly string[];
  /** How many intermediate CAs between root and leaves; default 0. */
  readonly intermediates?: number;
  readonly server?: LeafOptions;
  readonly signing?: LeafOptions;
  readonly ecdh?: LeafOptions;
  /** Writes the set there as well, see {@linkcode writeControllerPki}. */
  readonly dir?: string;
}

/** Makes a whole set; every leaf P-256, non-CA, EKU serverAuth, unless the options say otherwise. */
export async function makeControllerPki(options: ControllerPkiOptions): Promise<ControllerPki> {
  const root = await makeRoot("eve-comms test root");
  const intermediates: KeyedCertificate[] = [];
  let issuer = root;
  for (let level = 1; level <= (options.intermediates ?? 0); level++) {
    issuer = await makeCertificate({ subject: `CN=eve-comms test intermediate ${level}`, issuer, ca: true });
    intermediates.push(issuer);
  }
  const { hosts } = options;
  const host = hosts[0] ?? "localhost";
  const pki = {
    root,
    intermediates,
    server: await makeLeaf(issuer, host, hosts, options.server),
    signing: await makeLeaf(issuer, `${host} signing`, hosts, options.signing),
    ecdh: await makeLeaf(issuer, `${host} ecdh`, hosts, options.ecdh),
  };
  if (options.dir !== undefined) await writeControllerPki(options.dir, pki);
  return pki;
}

/** A self-signed CA. */
export function makeRoot(name: string): Promise<KeyedCertificate> {
  return makeCertificate({ subject: `CN=${name}`, ca: true });
}

/** Another leaf below the same issuer, for rotation. Without `hosts` it has no SAN. */
export function makeControllerLeaf(
  pki: ControllerPki,
  name: string,
  options: LeafOptions & { readonly hosts?: readonly string[] } = {},
): Promise<KeyedCertificate> {
  return makeLeaf(pki.intermediates.at(-1) ?? pki.root, name, options.hosts ?? [], options);
}

/** Whether the SAN of a certificate holds that name or address. */
export function certifies(certificate: KeyedCertificate, host: string): boolean {
  const parsed = new X509Certificate(certificate.certPem);
  if (parsed.subjectAltName === undefined) return false;
  return (isIP(host) === 0 ? parsed.checkHost(host) : parsed.checkIP(host)) !== undefined;
}

/** What the TLS server sends: its leaf and the intermediates, lowest first. */
export function serverChainPem(pki: ControllerPki): string {
  return [pki.server, ...pki.intermediates.toReversed()].map(({ certPem }) => certPem).join("");
}

async function makeLeaf(
  issuer: KeyedCertificate,
  commonName: string,
  hosts: readonly string[],
  options: LeafOptions = {},
): Promise<KeyedCertificate> {
  const hour = 3_600_000;
  const order: CertificateOrder = {
    subject: `CN=${commonName}`,
    issuer: options.foreignRoot === true ? await makeRoot("eve-comms foreign root") : issuer,
    kind: options.kind ?? "P-256",
    hosts: options.commonNameOnly === true ? [] : hosts,
    extendedUsages: options.extendedUsages ?? ["serverAuth"],
    ...(options.expired === true ? { notAfter: new Date(Date.now() - hour) } : {}),
    ...(options.notBefore === undefined ? {} : { notBefore: options.notBefore }),
    ...(options.notAfter === undefined ? {} : { notAfter: options.notAfter }),
  };
  return makeCertificate(order);
}
