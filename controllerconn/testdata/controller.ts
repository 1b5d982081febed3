/** The controller's half of the envelope: lists of certificates, and signed answers. */
import crypto, { type KeyObject } from "node:crypto";
import { type AuthContainer, encodeAuthContainer } from "../auth_container.ts";
import { encodeControllerCerts, ZCertType } from "../controller_cert_list.ts";
import type { ZCert } from "../types.ts";
import { type Certificate, makeCertificate } from "./certificates.ts";

const sha256 = (bytes: Uint8Array) => new Uint8Array(crypto.createHash("sha256").update(bytes).digest());

/** A list entry; the PEM is trimmed as Adam does. */
export function zcert(certificate: Certificate | string, type: number): ZCert {
  const cert = new TextEncoder().encode(
    typeof certificate === "string" ? certificate : certificate.pem.trim(),
  );
  return { hashAlgo: 1, certHash: sha256(cert).slice(0, 16), type, cert };
}

/** A controller with a signing and an ECDH certificate under `root`. */
export function makeController(root: Certificate, key: "P-256" | "P-384" | "RSA" = "P-256") {
  const signing = makeCertificate({ name: "signing", issuer: root, key });
  const ecdh = makeCertificate({ name: "ecdh", issuer: root });
  const certs = [
    zcert(signing, ZCertType.CERT_TYPE_CONTROLLER_SIGNING),
    zcert(ecdh, ZCertType.CERT_TYPE_CONTROLLER_ECDH_EXCHANGE),
  ];
  return { signing, ecdh, certs, stored: encodeControllerCerts(certs) };
}

export function signRaw(payload: Uint8Array, key: KeyObject): Uint8Array {
  return new Uint8Array(crypto.sign("sha256", payload, { key, dsaEncoding: "ieee-p1363" }));
}

/** A signed answer, any field of which can be replaced. */
export function sealed(
  payload: Uint8Array,
  signing: Certificate,
  changes: Partial<AuthContainer> = {},
): Uint8Array {
  return encodeAuthContainer({
    payload,
    algo: 2,
    senderCertHash: sha256(new TextEncoder().encode(signing.pem.trim())),
    signatureHash: signRaw(payload, signing.key),
    ...changes,
  });
}

/** An answer to `/certs`. */
export const certsAnswer = (certs: readonly ZCert[]) =>
  encodeAuthContainer({ payload: encodeControllerCerts(certs) });
