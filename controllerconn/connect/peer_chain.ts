/** What a TLS server has shown, for traces and for a second look. */
import { X509Certificate } from "node:crypto";
import type { DetailedPeerCertificate, TLSSocket } from "node:tls";
import type { PeerCertificateText } from "./trace_event.ts";

/** The certificates in the order of the handshake, the server's own first. */
export function peerCertificates(socket: TLSSocket): X509Certificate[] {
  const chain: X509Certificate[] = [];
  const seen = new Set<string>();
  for (
    let each: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
    each?.raw !== undefined && !seen.has(each.fingerprint256);
    each = each.issuerCertificate
  ) {
    seen.add(each.fingerprint256);
    chain.push(new X509Certificate(each.raw));
  }
  return chain;
}

/** The same in words. Empty where the runtime can't tell. */
export function peerChain(socket: TLSSocket): PeerCertificateText[] {
  try {
    return peerCertificates(socket).map((certificate) => ({
      subject: oneLine(certificate.subject),
      issuer: oneLine(certificate.issuer),
      notBefore: new Date(certificate.validFrom).toISOString(),
      notAfter: new Date(certificate.validTo).toISOString(),
      isCA: certificate.ca,
    }));
  } catch {
    return [];
  }
}

/** A name as the runtime prints it, on one line. */
export function oneLine(name: string | undefined): string {
  return (name ?? "").trim().split("\n").join(", ");
}
