/** What the controller's side does to its answers, or to its certificate. Plain data, and the handlers that do it. */
import { Buffer } from "node:buffer";
import { gzipSync } from "node:zlib";
import type { AuthContainer } from "../../controllerconn/mod.ts";
import { type Certificate, makeCertificate } from "../../controllerconn/testdata/certificates.ts";
import { sealed, signRaw } from "../../controllerconn/testdata/controller.ts";
import { ROOT } from "../../controllerconn/testdata/device.ts";
import { answer, type Handler } from "../../controllerconn/testdata/server.ts";

/** How an envelope is spoiled; `stale` is signed, and rightly so, by a certificate that the device no longer has. */
export type EnvelopeSpoil =
  | "signature"
  | "short-signature"
  | "payload"
  | "hash"
  | "hash-20"
  | "algo-0"
  | "stale"
  | "noise"
  | "empty";

export type ServerRule =
  | { readonly answer: "status"; readonly code: number; readonly headers?: Readonly<Record<string, string>> }
  | { readonly answer: "envelope"; readonly spoil: EnvelopeSpoil }
  /** Null: no such header. */
  | { readonly answer: "content-type"; readonly value: string | null }
  /** The header is wrong by so many bytes; after the body the connection is closed. */
  | { readonly answer: "content-length"; readonly wrongBy: number }
  | { readonly answer: "no-http" }
  /** So many zero bytes. */
  | { readonly answer: "huge"; readonly bytes: number; readonly gzip: boolean }
  | { readonly answer: "gzip"; readonly broken: "noise" | "cut" }
  | { readonly answer: "encoding"; readonly value: string }
  /** The whole server is another one: its TLS certificate. */
  | { readonly certificate: "expired" | "not-yet" | "unknown-ca" | "other-name" };

/** Who signs. */
export interface Signers {
  readonly signing: Certificate;
  /** The certificate before it, that the device has not stored. */
  readonly older: Certificate;
}

const HOUR = 3_600_000;
const NOISE = Uint8Array.from({ length: 300 }, (_, index) => (index * 151 + 7) & 0xff);

function spoilt(spoil: EnvelopeSpoil, payload: Uint8Array, { signing, older }: Signers): Uint8Array {
  const changes: Readonly<Partial<Record<EnvelopeSpoil, Partial<AuthContainer>>>> = {
    "signature": { signatureHash: signRaw(new Uint8Array(1), signing.key) },
    "short-signature": { signatureHash: new Uint8Array(63) },
    "payload": { signatureHash: signRaw(payload, signing.key), payload: payload.map((byte) => byte ^ 1) },
    "hash": { senderCertHash: new Uint8Array(32).fill(7) },
    "hash-20": { senderCertHash: new Uint8Array(20) },
    "algo-0": { algo: 0 },
  };
  if (spoil === "noise") return NOISE;
  return sealed(payload, spoil === "stale" ? older : signing, changes[spoil] ?? {});
}

/** Sends exactly these bytes and closes. */
function raw(head: string, body: Uint8Array): Handler {
  return (_request, response) => void response.socket?.end(Buffer.concat([Buffer.from(head), body]));
}

/** @param payload what the good answer carries */
export function handlerOf(rule: ServerRule, payload: Uint8Array, signers: Signers): Handler {
  const good = sealed(payload, signers.signing);
  if (!("answer" in rule)) return answer(200, good);
  switch (rule.answer) {
    case "status":
      return rule.code === 304
        ? (_request, response) => void response.writeHead(304).end()
        : answer(rule.code, "no", { ...rule.headers });
    case "envelope":
      // An empty chunk on a TLS socket aborts the process (Deno 2.7.14); text goes another way.
      return answer(200, rule.spoil === "empty" ? "" : spoilt(rule.spoil, payload, signers));
    case "content-type":
      return rule.value === null
        ? (_request, response) => void response.writeHead(200).end(good)
        : answer(200, good, { "Content-Type": rule.value });
    case "content-length": {
      // Small: what comes behind the end shall come together with it.
      const small = sealed(payload.slice(0, 100), signers.signing);
      const length = `Content-Length: ${small.length + rule.wrongBy}`;
      return raw(
        `HTTP/1.1 200 OK\r\nContent-Type: application/x-proto-binary\r\n${length}\r\n\r\n`,
        small,
      );
    }
    case "no-http":
      return raw("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", new Uint8Array(0));
    case "huge": {
      const bytes = new Uint8Array(rule.bytes);
      return rule.gzip
        ? answer(200, new Uint8Array(gzipSync(bytes)), { "Content-Encoding": "gzip" })
        : answer(200, bytes);
    }
    case "gzip": {
      const packed = rule.broken === "noise" ? NOISE : new Uint8Array(gzipSync(good)).slice(0, -20);
      return answer(200, packed, { "Content-Encoding": "gzip" });
    }
    case "encoding":
      return answer(200, good, { "Content-Encoding": rule.value });
  }
}

/** The certificate of a bad server. */
export function serverCertificate(kind: "expired" | "not-yet" | "unknown-ca" | "other-name"): Certificate {
  const now = Date.now();
  const common = { name: "controller", issuer: ROOT, hosts: ["localhost"] };
  switch (kind) {
    case "expired":
      return makeCertificate({ ...common, notAfter: now - HOUR });
    case "not-yet":
      return makeCertificate({ ...common, notBefore: now + HOUR });
    case "unknown-ca":
      return makeCertificate({ ...common, issuer: makeCertificate({ name: "somebody else", ca: true }) });
    case "other-name":
      return makeCertificate({ ...common, hosts: ["other.example"] });
  }
}
