/** The name of a TLS server, by its subjectAltName alone, as Go does it. */
import { checkServerIdentity, type PeerCertificate } from "node:tls";

/** @returns why the certificate is not one of `host` */
export function checkServerName(host: string, certificate: PeerCertificate): Error | undefined {
  if (certificate.subjectaltname !== undefined && certificate.subjectaltname !== "") {
    return checkServerIdentity(host, certificate);
  }
  const error = new Error(`server certificate has no subjectAltName; expected one with ${host}`);
  return Object.assign(error, { code: "ERR_TLS_CERT_ALTNAME_INVALID" });
}
