/**
 * The runtime has one error for every certificate it does not accept. A second connection, over which no byte of a
 * request is sent, tells the causes apart (`spec/controllerconn.md §16.2`, decisions.md 16).
 */
import { X509Certificate } from "node:crypto";
import { TLSSocket } from "node:tls";
import { constraintsOf } from "../certificate_constraints.ts";
import { clockDoubt, type ClockReading } from "../clock_doubt.ts";
import { dial, type DialJob } from "./dial.ts";
import { oneLine, peerCertificates } from "./peer_chain.ts";
import { type Phase, Progress } from "./progress.ts";

/** Why a server's certificate was not accepted. */
export interface Verdict {
  readonly kind:
    | "cert-expired"
    | "cert-not-yet-valid"
    | "cert-unknown-authority"
    | "cert-weak-key"
    | "cert-invalid";
  readonly text: string;
}

/** The runtime accepts no shorter RSA key. */
const LEAST_RSA_BITS = 2048;
const SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
const ANY_USAGE = "2.5.29.37.0";

const quoted = (name: string | undefined) => JSON.stringify(oneLine(name));

/**
 * What is wrong with a chain that was not accepted; the first certificate is the server's own.
 * @param roots all trusted ones
 */
export function judge(
  chain: readonly X509Certificate[],
  clock: ClockReading,
  roots: readonly X509Certificate[],
): Verdict {
  const [leaf] = chain;
  const top = chain.at(-1);
  if (leaf === undefined || top === undefined) {
    return { kind: "cert-unknown-authority", text: "the server showed none" };
  }
  const named = roots.filter((root) => top.checkIssued(root));
  return outsideValidity(chain, clock) ?? weakKey([...chain, ...named]) ?? misused(chain) ??
    noPath(leaf, top, named, roots);
}

function outsideValidity(chain: readonly X509Certificate[], clock: ClockReading): Verdict | undefined {
  const { now } = clock;
  const outside = chain.find((each) => now < Date.parse(each.validFrom) || now > Date.parse(each.validTo));
  if (outside === undefined) return undefined;
  const expired = now > Date.parse(outside.validTo);
  return {
    kind: expired ? "cert-expired" : "cert-not-yet-valid",
    text: `${quoted(outside.subject)} is ${expired ? "expired" : "not valid yet"}: NotBefore ` +
      `${outside.validFrom}, NotAfter ${outside.validTo}, now ${new Date(now).toISOString()}` +
      (expired ? "" : clockDoubt(clock)),
  };
}

function weakKey(certificates: readonly X509Certificate[]): Verdict | undefined {
  const weak = certificates.find((each) => (bitsOf(each) ?? Infinity) < LEAST_RSA_BITS);
  if (weak === undefined) return undefined;
  const text = `${quoted(weak.subject)} has an RSA key of ${bitsOf(weak)} bits, at least ${LEAST_RSA_BITS}`;
  return { kind: "cert-weak-key", text: `${text} are needed` };
}

function misused([leaf, ...above]: readonly X509Certificate[]): Verdict | undefined {
  const kind = "cert-invalid";
  const usage = leaf === undefined ? undefined : constraintsOf(new Uint8Array(leaf.raw)).extendedKeyUsage;
  if (usage !== undefined && !usage.includes(SERVER_AUTH) && !usage.includes(ANY_USAGE)) {
    const text = `${quoted(leaf?.subject)} is not one for a server: its extended key usages (`;
    return { kind, text: `${text}${usage.join(", ")}) lack serverAuth (${SERVER_AUTH})` };
  }
  const issuer = above.find(({ ca }) => !ca);
  if (issuer === undefined) return undefined;
  return { kind, text: `${quoted(issuer.subject)} stands above another one, but is not a CA certificate` };
}

function noPath(
  leaf: X509Certificate,
  top: X509Certificate,
  named: readonly X509Certificate[],
  roots: readonly X509Certificate[],
): Verdict {
  const known = roots.some(({ fingerprint256 }) => fingerprint256 === top.fingerprint256);
  if (known || named.some((root) => isSignedBy(top, root))) {
    const text = `there is a trusted root for ${
      quoted(leaf.subject)
    }, but a constraint of a certificate above it, `;
    return { kind: "cert-invalid", text: `${text}or a kind or value of a signature, does not allow it` };
  }
  const issuer = quoted(top.issuer);
  const text = named.length > 0
    ? `the trusted root with the name ${issuer} has another key than the one that signed ${
      quoted(top.subject)
    }`
    : `no trusted root for ${quoted(leaf.subject)}, issued by ${issuer}`;
  const trusted = "trusted are root-certificate.pem, the system's roots and the proxy certificates";
  return { kind: "cert-unknown-authority", text: `${text}; ${trusted}` };
}

function isSignedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return certificate.verify(issuer.publicKey);
  } catch {
    return false;
  }
}

function bitsOf(certificate: X509Certificate): number | undefined {
  try {
    return certificate.publicKey.asymmetricKeyDetails?.modulusLength;
  } catch {
    return undefined;
  }
}

function parsed(pems: readonly string[]): X509Certificate[] {
  return pems.flatMap((pem) => {
    try {
      return [new X509Certificate(pem)];
    } catch {
      return [];
    }
  });
}

/**
 * Never throws. What it can't tell stays what the runtime's error said.
 * @param phase in which the connection failed: `proxy`, or that of the target's handshake
 */
export async function takeSecondLook(
  job: DialJob,
  clock: ClockReading,
  phase: Phase,
): Promise<Partial<Verdict>> {
  const ofProxy = phase === "proxy";
  const notTrusted = `${ofProxy ? "proxy" : "server"} certificate not accepted`;
  const { ca } = job.tls;
  try {
    const socket = await dial({ ...job, tls: { ca, lookAt: ofProxy ? "proxy" : "server" } }, new Progress());
    socket.on("error", () => {});
    const chain = socket instanceof TLSSocket ? peerCertificates(socket) : [];
    socket.destroy();
    const { kind, text } = judge(chain, clock, parsed(ca));
    return { kind, text: `${notTrusted}: ${text}` };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const either = "not valid now, or of an unknown CA; which of them is not known";
    return { text: `${notTrusted}: ${either}, since a second look failed (${reason})` };
  }
}
