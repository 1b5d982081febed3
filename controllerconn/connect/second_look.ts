/**
 * The runtime has one error for every certificate it does not accept. A second connection, over which no byte of a
 * request is sent, tells the causes apart (`spec/controllerconn.md §16.2`, decisions.md 16).
 */
import type { X509Certificate } from "node:crypto";
import { TLSSocket } from "node:tls";
import { proxyText } from "../proxy/proxy_choice.ts";
import { dial, type DialJob, type LookedAt } from "./dial.ts";
import { oneLine, peerCertificates } from "./peer_chain.ts";
import { Progress } from "./progress.ts";

/** Why a server's certificate was not accepted. */
export interface Verdict {
  readonly kind: "cert-expired" | "cert-not-yet-valid" | "cert-unknown-authority" | "cert-weak-key";
  readonly text: string;
}

const NOT_TRUSTED = "server certificate not accepted";
const notTrusted = (proxy: string) =>
  proxy === "" ? NOT_TRUSTED : `certificate of proxy ${proxy} not accepted`;
/** The runtime accepts no shorter RSA key. */
const LEAST_RSA_BITS = 2048;

const quoted = (name: string | undefined) => JSON.stringify(oneLine(name));

/** The device's clock, and what is known of it. Milliseconds since 1970. */
export interface ClockReading {
  readonly now: number;
  /** When this program was built; a clock before it is wrong. */
  readonly builtAt?: number | undefined;
}

/**
 * What is wrong with a chain that was not accepted; the first certificate is the server's own.
 * @param proxy whose chain it is, if it is a proxy's
 */
export function judge(chain: readonly X509Certificate[], clock: ClockReading, proxy = ""): Verdict {
  const { now } = clock;
  const refused = notTrusted(proxy);
  const [leaf] = chain;
  if (leaf === undefined) {
    return { kind: "cert-unknown-authority", text: `${refused}: none was shown` };
  }
  const outside = chain.find((each) => now < Date.parse(each.validFrom) || now > Date.parse(each.validTo));
  if (outside !== undefined) {
    const expired = now > Date.parse(outside.validTo);
    return {
      kind: expired ? "cert-expired" : "cert-not-yet-valid",
      text: `${refused}: ${quoted(outside.subject)} is ${expired ? "expired" : "not valid yet"}: ` +
        `NotBefore ${outside.validFrom}, NotAfter ${outside.validTo}, now ${new Date(now).toISOString()}` +
        clockDoubt(clock, expired),
    };
  }
  const weak = chain.find((each) => (bitsOf(each) ?? Infinity) < LEAST_RSA_BITS);
  if (weak !== undefined) {
    const text = `${refused}: ${quoted(weak.subject)} has an RSA key of ${bitsOf(weak)} bits`;
    return { kind: "cert-weak-key", text: `${text}, at least ${LEAST_RSA_BITS} are needed` };
  }
  return {
    kind: "cert-unknown-authority",
    text: `${refused}: no trusted root for ${quoted(leaf.subject)}, issued by ` +
      `${
        quoted((chain.at(-1) ?? leaf).issuer)
      }; trusted are root-certificate.pem, the system's roots and the ` +
      `proxy certificates`,
  };
}

/** A clock that can't be right is the likelier reason than a certificate that is not. */
function clockDoubt({ now, builtAt }: ClockReading, expired: boolean): string {
  if (expired || builtAt === undefined || now >= builtAt) return "";
  return `; likely the clock of this device is wrong: it is before ${
    new Date(builtAt).toISOString()
  }, when ` +
    `this program was built`;
}

function bitsOf(certificate: X509Certificate): number | undefined {
  return certificate.publicKey.asymmetricKeyDetails?.modulusLength;
}

/** Never throws: without a verdict the kind stays what the runtime's error said. */
export async function takeSecondLook(
  job: DialJob,
  lookAt: LookedAt,
  clock: ClockReading,
): Promise<Partial<Verdict>> {
  const proxy = lookAt === "proxy" ? proxyText(job.proxy) : "";
  try {
    const socket = await dial({ ...job, tls: { ca: job.tls.ca, lookAt } }, new Progress());
    socket.on("error", () => {});
    const chain = socket instanceof TLSSocket ? peerCertificates(socket) : [];
    socket.destroy();
    return judge(chain, clock, proxy);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { text: `${notTrusted(proxy)} (a second look at it failed: ${reason})` };
  }
}
