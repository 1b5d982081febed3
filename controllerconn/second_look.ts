/**
 * The runtime has one error for every certificate it does not accept. A second connection, over which no byte of a
 * request is sent, tells an expired certificate from an unknown CA (`spec/controllerconn.md §16.2`, decisions.md 16).
 */
import { isIP } from "node:net";
import tls, { type DetailedPeerCertificate } from "node:tls";

/** Where to look. */
export interface SecondLook {
  readonly host: string;
  readonly address: string;
  readonly port: number;
  readonly sourceAddr: string;
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface Verdict {
  readonly kind: "cert-invalid" | "cert-unknown-authority";
  readonly text: string;
}

const NOT_TRUSTED = "server certificate not accepted";

function peerChain(look: SecondLook): Promise<DetailedPeerCertificate[]> {
  return new Promise((resolve, reject) => {
    // A variable of its own: the types of `tls.connect` don't know `localAddress`, which it hands on to the socket.
    const options: tls.ConnectionOptions & { localAddress: string } = {
      host: look.address,
      port: look.port,
      localAddress: look.sourceAddr,
      servername: isIP(look.host) === 0 ? look.host : "",
      minVersion: "TLSv1.2",
      rejectUnauthorized: false,
    };
    const socket = tls.connect(options);
    const end = (error: unknown) => {
      look.signal.removeEventListener("abort", onAbort);
      socket.destroy();
      reject(error);
    };
    const onAbort = () => end(look.signal.reason);
    if (look.signal.aborted) return onAbort();
    look.signal.addEventListener("abort", onAbort);
    socket.once("error", end);
    socket.once("secureConnect", () => {
      const chain: DetailedPeerCertificate[] = [];
      for (
        let each: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
        each?.fingerprint256 !== undefined &&
        !chain.some((one) => one.fingerprint256 === each?.fingerprint256);
        each = each.issuerCertificate
      ) chain.push(each);
      resolve(chain);
      end(undefined);
    });
  });
}

function name(parts: unknown): string {
  const entries = typeof parts === "object" && parts !== null ? Object.entries(parts) : [];
  return JSON.stringify(entries.map(([key, value]) => `${key}=${value}`).join(", "));
}

/** What is wrong with a chain that was not accepted; the first certificate is the server's own. */
export function judge(chain: readonly DetailedPeerCertificate[], now: number): Verdict {
  const [leaf] = chain;
  if (leaf === undefined) {
    return { kind: "cert-unknown-authority", text: `${NOT_TRUSTED}: the server showed none` };
  }
  const outside = chain.find((each) => now < Date.parse(each.valid_from) || now > Date.parse(each.valid_to));
  if (outside !== undefined) {
    const problem = now > Date.parse(outside.valid_to) ? "expired" : "not valid yet";
    return {
      kind: "cert-invalid",
      text: `${NOT_TRUSTED}: ${name(outside.subject)} is ${problem}: NotBefore ${outside.valid_from}, ` +
        `NotAfter ${outside.valid_to}, now ${new Date(now).toISOString()}`,
    };
  }
  const issuer = name((chain.at(-1) ?? leaf).issuer);
  return {
    kind: "cert-unknown-authority",
    text: `${NOT_TRUSTED}: no trusted root for ${name(leaf.subject)}, issued by ${issuer}; trusted are ` +
      `root-certificate.pem, the system's roots and the proxy certificates`,
  };
}

/** Never throws: without a verdict the kind stays `cert-unknown-authority`. */
export async function takeSecondLook(look: SecondLook): Promise<Verdict> {
  try {
    return judge(await peerChain(look), look.now);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: "cert-unknown-authority", text: `${NOT_TRUSTED} (a second look at it failed: ${reason})` };
  }
}
