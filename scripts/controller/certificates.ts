/** The controller's signing and ECDH certificates: in force, listed for `certs`, rotated (`spec/device-api.md §4.2, 4.6`). @module */

import { createPrivateKey, type KeyObject } from "node:crypto";
import { certs, common } from "../../proto/all.ts";
import { type ControllerPki, type LeafOptions, makeControllerLeaf } from "../pki/mod.ts";
import type { KeyedCertificate } from "../pki/mod.ts";
import type { CertListFault } from "./fault.ts";
import { sha256 } from "./digest.ts";

const {
  CERT_TYPE_CONTROLLER_SIGNING,
  CERT_TYPE_CONTROLLER_INTERMEDIATE,
  CERT_TYPE_CONTROLLER_ECDH_EXCHANGE,
} = certs.ZCertType;

/** Who signs answers. */
export interface Signer {
  readonly kind: KeyedCertificate["kind"];
  readonly key: KeyObject;
  /** SHA-256 over `ZCert.cert` as it is sent; 32 bytes. */
  readonly certHash: Uint8Array;
}

/** How to replace a certificate. */
export interface RotateOptions extends LeafOptions {
  /** Default `signing`. */
  readonly which?: "signing" | "ecdh";
  /** Also changes `controllercert_confighash` in the configuration; default true. */
  readonly changeConfigHash?: boolean;
  /**
   * The new certificate is listed and announced, but answers are signed by the one before until
   * {@linkcode Certificates.signWithListed}, or a restart. Default false.
   */
  readonly signLater?: boolean;
}

/** The set in force. */
export class Certificates {
  #pki: ControllerPki;
  #signer: Signer;
  #configHash: string;

  /** @param configHash what stood in `controllercert_confighash` before a restart; computed when absent */
  constructor(pki: ControllerPki, configHash?: string) {
    this.#pki = pki;
    this.#signer = signerOf(pki.signing);
    this.#configHash = configHash ?? this.#computeConfigHash();
  }

  get pki(): ControllerPki {
    return this.#pki;
  }

  get signer(): Signer {
    return this.#signer;
  }

  /** The value of `controllercert_confighash`. */
  get configHash(): string {
    return this.#configHash;
  }

  /** A new leaf below the same issuer takes the place of the old one at once. */
  async rotate(options: RotateOptions = {}): Promise<KeyedCertificate> {
    const which = options.which ?? "signing";
    const leaf = await makeControllerLeaf(this.#pki, `${which} ${crypto.randomUUID().slice(0, 8)}`, options);
    const signer = this.#signer;
    this.replace({ ...this.#pki, [which]: leaf }, options.changeConfigHash ?? true);
    if (options.signLater === true) this.#signer = signer;
    return leaf;
  }

  /** Ends the time of grace of `signLater`. */
  signWithListed(): void {
    this.#signer = signerOf(this.#pki.signing);
  }

  /** Another set takes the place of the old one at once. */
  replace(pki: ControllerPki, changeConfigHash: boolean): void {
    this.#pki = pki;
    this.#signer = signerOf(pki.signing);
    if (changeConfigHash) this.#configHash = this.#computeConfigHash();
  }

  /** The payload of `certs`: in random order, as Adam has it, unless the fault says otherwise. */
  list(fault?: CertListFault): Uint8Array {
    const { signing, ecdh, intermediates } = this.#pki;
    const end = fault === "trailing-newline" ? "\n" : "";
    const signingItem = zcert(CERT_TYPE_CONTROLLER_SIGNING, signing, end);
    const ecdhItem = zcert(CERT_TYPE_CONTROLLER_ECDH_EXCHANGE, ecdh, end);
    const items = [
      ...(fault === "no-signing" ? [] : [signingItem]),
      ...(fault === "no-ecdh" ? [] : [ecdhItem]),
      ...(fault === "no-intermediate"
        ? []
        : intermediates.map((certificate) => zcert(CERT_TYPE_CONTROLLER_INTERMEDIATE, certificate, end))),
      ...(fault === "two-signing" ? [zcert(CERT_TYPE_CONTROLLER_SIGNING, ecdh, end)] : []),
      ...(fault === "unknown-type" ? [{ ...ecdhItem, type: 99 }] : []),
    ];
    if (fault === "reversed") items.reverse();
    else if (fault !== "in-order") shuffle(items);
    return certs.ZControllerCert.encode({ certs: fault === "empty" ? [] : items }).finish();
  }

  #computeConfigHash(): string {
    const { signing, ecdh, intermediates } = this.#pki;
    const text = [signing, ecdh, ...intermediates].map(({ certPem }) => certPem.trim()).sort().join("\n");
    return sha256(new TextEncoder().encode(text)).toHex();
  }
}

function signerOf(certificate: KeyedCertificate): Signer {
  return {
    kind: certificate.kind,
    key: createPrivateKey(certificate.keyPem),
    certHash: sha256(pemBytes(certificate, "")),
  };
}

function zcert(type: certs.ZCertType, certificate: KeyedCertificate, end: string): certs.IZCert {
  const cert = pemBytes(certificate, end);
  const certHash = sha256(cert).subarray(0, 16);
  return { hashAlgo: common.HashAlgorithm.HASH_ALGORITHM_SHA256_16BYTES, certHash, type, cert };
}

/** Adam sends the PEM without surrounding white space. */
function pemBytes(certificate: KeyedCertificate, end: string): Uint8Array {
  return new TextEncoder().encode(certificate.certPem.trim() + end);
}

function shuffle<T>(items: T[]): void {
  items.sort(() => Math.random() - 0.5);
}
