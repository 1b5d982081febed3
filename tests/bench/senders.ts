/** The two that post: our client, and node:https with WebCrypto. Both make of the folder of a `PostSite` what they need. */
import crypto from "node:crypto";
import {
  addAuthentication,
  type Client,
  loadIdentity,
  newAgentMetrics,
  newClient,
  newPurposeCounters,
  parseAuthContainer,
} from "../../controllerconn/mod.ts";
import { MemoryStore, network, port } from "../../controllerconn/testdata/device.ts";
import { BareDevice } from "./bare_device.ts";

/** Posts the payload it was made with, again and again. */
export interface Sender {
  /** Signed, sent, answered, verified. @throws {Error} when anything of it fails */
  post(): Promise<void>;
  /** Ends its connections. */
  close(): void;
}

/** How a sender gets there. */
export interface SenderSetting {
  readonly folder: string;
  readonly url: string;
  readonly payload: Uint8Array;
  /** Of a proxy on loopback. */
  readonly proxyPort?: number;
}

const SYSTEM_ROOTS = "/etc/ssl/certs/ca-certificates.crt";
const SIGNATURE = { name: "ECDSA", hash: "SHA-256" };
const CURVE = { name: "ECDSA", namedCurve: "P-256" };

/** A client as the programs have it: one port, the system's roots, counters. */
export function ourClient({ folder, proxyPort }: Pick<SenderSetting, "folder" | "proxyPort">): Client {
  const read = (name: string) => Deno.readFileSync(`${folder}/${name}`);
  const Proxies = proxyPort === undefined ? null : [{ type: 1, server: "127.0.0.1", port: proxyPort }];
  const ports = network(port("eth0", { Proxies, NetworkProxyEnable: false }));
  const controllerCerts = new MemoryStore();
  controllerCerts.primary = read("controllercerts");
  return newClient({
    deviceNetworkStatus: () => ports,
    device: loadIdentity(read("device.cert.pem"), read("device.key.pem")),
    rootCertificatePem: new TextDecoder().decode(read("root-certificate.pem")),
    systemRootsPem: systemRoots(),
    controllerCerts,
    devUUID: () => "",
    sendTimeoutMs: () => 60_000,
    dialTimeoutMs: () => 10_000,
    metrics: newAgentMetrics(Date.now),
    purposes: newPurposeCounters(),
  });
}

/** Ours: `sendOnAllIntf`, then `removeAndVerifyAuthContainer` of what came back. */
export function ourSender(setting: SenderSetting): Sender {
  const client = ourClient(setting);
  const { signal } = new AbortController();
  return {
    async post() {
      const result = await client.sendOnAllIntf(setting.url, setting.payload, { signal });
      const opened = client.removeAndVerifyAuthContainer(result.contents);
      if (result.error ?? opened.error) throw result.error ?? opened.error;
    },
    close: () => client.close(),
  };
}

/** Bare: signing as many bytes, a POST of the very envelope that ours sends, verifying as many bytes. */
export interface BareSender extends Sender {
  /** The parts of `post`. */
  sign(): Promise<void>;
  send(): Promise<void>;
  verify(): Promise<void>;
}

/** @param roots what TLS trusts: only the controller's root, or the system's as well */
export async function bareSender(
  { folder, url, payload }: SenderSetting,
  roots: "one" | "system" = "one",
): Promise<BareSender> {
  const read = (name: string) => Deno.readFileSync(`${folder}/${name}`);
  const identity = loadIdentity(read("device.cert.pem"), read("device.key.pem"));
  const envelope = await addAuthentication(identity, payload, false);
  const answer = parseAuthContainer(read("answer.bin"));
  const key = crypto.createPrivateKey(new TextDecoder().decode(read("device.key.pem")));
  const pkcs8 = Uint8Array.from(key.export({ format: "der", type: "pkcs8" }));
  const signing = await globalThis.crypto.subtle.importKey("pkcs8", pkcs8, CURVE, false, ["sign"]);
  const verifying = await globalThis.crypto.subtle.importKey(
    "spki",
    read("signing-key.der"),
    CURVE,
    false,
    ["verify"],
  );
  const root = new TextDecoder().decode(read("root-certificate.pem"));
  const device = new BareDevice({
    certHash: identity.certHash,
    key,
    rootPem: roots === "one" ? root : systemRoots() + root,
  });
  const answered = Uint8Array.from(answer.payload ?? []);
  const signature = Uint8Array.from(answer.signatureHash);
  const signed = Uint8Array.from(payload);
  const parts = {
    async sign() {
      await globalThis.crypto.subtle.sign(SIGNATURE, signing, signed);
    },
    async send() {
      await device.post(url, envelope);
    },
    async verify() {
      if (await globalThis.crypto.subtle.verify(SIGNATURE, verifying, signature, answered)) return;
      throw new Error("a good signature is refused");
    },
  };
  return {
    ...parts,
    async post() {
      await parts.sign();
      await parts.send();
      await parts.verify();
    },
    close: () => device.close(),
  };
}

/** The system's roots are trusted as on a device: their number costs something with every connection. */
function systemRoots(): string {
  try {
    return Deno.readTextFileSync(SYSTEM_ROOTS);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}
