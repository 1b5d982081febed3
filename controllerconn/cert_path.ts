/** X.509 path building from a leaf to a trusted certificate, with the reason if there is none (`spec/device-api.md §4.6`). */
import { X509Certificate } from "node:crypto";
import { type CertificateConstraints, constraintsOf } from "./certificate_constraints.ts";

/** A certificate ready for path building. */
export interface PathCertificate {
  readonly certificate: X509Certificate;
  readonly constraints: CertificateConstraints;
  readonly fingerprint: string;
}

/** Why there is no path. */
export interface PathFault {
  readonly kind: "cert-expired" | "cert-not-yet-valid" | "cert-unknown-authority" | "cert-invalid";
  /** Names the certificate, what was expected and what is there. */
  readonly text: string;
}

const SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
const ANY_USAGE = "2.5.29.37.0";
const MAX_DEPTH = 10;

/** @throws if the bytes are no certificate */
export function toPathCertificate(der: Uint8Array): PathCertificate {
  const certificate = new X509Certificate(der);
  // Parsing the key now makes an unreadable one an error of this certificate, not of the path.
  void certificate.publicKey;
  return { certificate, constraints: constraintsOf(der), fingerprint: certificate.fingerprint256 };
}

/** Subject in one line, for messages. */
export function subjectOf(certificate: X509Certificate): string {
  return JSON.stringify(certificate.subject.replaceAll("\n", ", "));
}

function issuerOf(certificate: X509Certificate): string {
  return JSON.stringify(certificate.issuer.replaceAll("\n", ", "));
}

/** Validity and extended key usage of one certificate; undefined if both are in order. */
function ownFault({ certificate, constraints }: PathCertificate, now: number): PathFault | undefined {
  const subject = subjectOf(certificate);
  const today = new Date(now).toISOString();
  if (now > Date.parse(certificate.validTo)) {
    return {
      kind: "cert-expired",
      text: `certificate ${subject} expired at ${certificate.validTo} (now ${today})`,
    };
  }
  if (now < Date.parse(certificate.validFrom)) {
    return {
      kind: "cert-not-yet-valid",
      text: `certificate ${subject} is not valid before ${certificate.validFrom} (now ${today})`,
    };
  }
  const usage = constraints.extendedKeyUsage;
  if (usage !== undefined && !usage.includes(SERVER_AUTH) && !usage.includes(ANY_USAGE)) {
    const list = usage.join(", ");
    const text =
      `certificate ${subject} has extended key usages (${list}) without serverAuth (${SERVER_AUTH})`;
    return { kind: "cert-invalid", text };
  }
  return undefined;
}

function isSignedBy(child: PathCertificate, parent: PathCertificate): boolean {
  try {
    return child.certificate.verify(parent.certificate.publicKey);
  } catch {
    // Another kind of key than the signature needs.
    return false;
  }
}

/** @param below how many intermediates stand between `parent` and the leaf */
function parentFault(child: PathCertificate, parent: PathCertificate, below: number): PathFault | undefined {
  const subject = subjectOf(parent.certificate);
  if (!isSignedBy(child, parent)) {
    const name = subjectOf(child.certificate);
    const text = `certificate ${name} names ${subject} as its issuer, but was not signed by its key`;
    return { kind: "cert-unknown-authority", text };
  }
  if (!parent.constraints.ca) {
    return {
      kind: "cert-invalid",
      text: `certificate ${subject} issued another one but is not a CA certificate`,
    };
  }
  const limit = parent.constraints.pathLength;
  if (limit !== undefined && below > limit) {
    const text = `certificate ${subject} allows ${limit} intermediates below it, the path has ${below}`;
    return { kind: "cert-invalid", text };
  }
  return undefined;
}

/**
 * Looks for a path from `leaf` over `intermediates` to one of `roots`.
 * @returns undefined if there is one, otherwise the first reason why not
 */
export function pathFault(
  leaf: PathCertificate,
  intermediates: readonly PathCertificate[],
  roots: readonly PathCertificate[],
  now: number,
): PathFault | undefined {
  const isRoot = (candidate: PathCertificate) =>
    roots.some((root) => root.fingerprint === candidate.fingerprint);
  const search = (path: readonly PathCertificate[], at: PathCertificate): PathFault | undefined => {
    const own = ownFault(at, now);
    if (own !== undefined || isRoot(at)) return own;
    let reason: PathFault | undefined;
    for (const candidate of [...roots, ...intermediates]) {
      const used = path.some((each) => each.fingerprint === candidate.fingerprint);
      if (used || path.length >= MAX_DEPTH || !at.certificate.checkIssued(candidate.certificate)) continue;
      const fault = parentFault(at, candidate, path.length - 1) ?? search([...path, candidate], candidate);
      if (fault === undefined) return undefined;
      reason ??= fault;
    }
    if (reason !== undefined) return reason;
    const known = roots.map((root) => subjectOf(root.certificate)).join(", ");
    const [subject, issuer] = [subjectOf(at.certificate), issuerOf(at.certificate)];
    return {
      kind: "cert-unknown-authority",
      text: `certificate ${subject} was issued by ${issuer}, which is neither in ` +
        `root-certificate.pem (${known}) nor among the ${intermediates.length} intermediate certificates`,
    };
  };
  return search([leaf], leaf);
}
