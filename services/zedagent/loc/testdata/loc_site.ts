/** A local operator console on the loopback device: hands on what the controller has signed, and keeps what it gets. */
import crypto, { createHash, createPrivateKey, X509Certificate } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { cfb } from "@noble/ciphers/aes.js";
import { fileSharedSecret } from "../../../../controllerconn/mod.ts";
import { seal } from "../../../../scripts/controller/seal.ts";
import { type ControllerPki, type KeyedCertificate, makeCertificate } from "../../../../scripts/pki/mod.ts";
import {
  AuthContainer,
  CompoundEdgeDevConfig,
  CompoundEdgeDevConfigRequest,
  type config,
  ConfigResponse,
  type ConfigResponse as Response,
} from "../../../../proto/device.ts";

/** See {@linkcode openLoc}. */
export interface TestLoc extends AsyncDisposable {
  /** `http://host:port`: no TLS. */
  readonly url: string;
  /** Decoded requests for the configuration. */
  readonly asked: CompoundEdgeDevConfigRequest[];
  /** Inner messages by the last part of the path. */
  received(action: string): readonly Uint8Array[];
  /** Answers to `compound-config` from now on. */
  serve(answer: config.ICompoundEdgeDevConfig | number): void;
  /** Answers to `certs` from now on. */
  serveCerts(envelope: Uint8Array): void;
}

/** 404 to everything but info and metrics until told otherwise. */
export async function openLoc(): Promise<TestLoc> {
  const asked: CompoundEdgeDevConfigRequest[] = [];
  const bodies = new Map<string, Uint8Array[]>();
  let answer: config.ICompoundEdgeDevConfig | number = 404;
  let certs: Uint8Array | undefined;
  const server = http.createServer(async (request, response) => {
    const parts: Uint8Array[] = [];
    for await (const part of request) parts.push(part);
    const body = new Uint8Array(await new Blob(parts.map((part) => part.slice())).arrayBuffer());
    const action = (request.url ?? "").split("/").at(-1) ?? "";
    const send = (content: Uint8Array) => {
      response.writeHead(200, { "Content-Type": "application/x-proto-binary" });
      response.end(content);
    };
    if (action === "certs") return certs === undefined ? response.writeHead(404).end() : send(certs);
    const payload = AuthContainer.decode(body).protectedPayload?.payload ?? new Uint8Array();
    if (action !== "compound-config") {
      bodies.set(action, [...bodies.get(action) ?? [], payload]);
      return response.writeHead(201).end();
    }
    asked.push(CompoundEdgeDevConfigRequest.decode(payload));
    if (typeof answer === "number") return response.writeHead(answer).end();
    send(CompoundEdgeDevConfig.encode(answer).finish());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    received: (action) => bodies.get(action) ?? [],
    serve: (next) => void (answer = next),
    serveCerts: (envelope) => void (certs = envelope),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** The signer of a controller, as its own answers have it. */
function signerOf(signing: KeyedCertificate) {
  const pem = new TextEncoder().encode(signing.certPem.trim());
  const certHash = new Uint8Array(createHash("sha256").update(pem).digest());
  return { kind: "P-256", key: createPrivateKey(signing.keyPem), certHash } as const;
}

/** A configuration as the main controller has signed it for a LOC. */
export function signedConfig(
  pki: ControllerPki,
  edgeDevConfig: config.IEdgeDevConfig,
  configHash: string,
): AuthContainer {
  const payload = ConfigResponse.encode({ config: edgeDevConfig, configHash }).finish();
  return AuthContainer.decode(seal(payload, signerOf(pki.signing)));
}

/** Any payload in an envelope of the controller. */
export function sealedBy(pki: ControllerPki, payload: Uint8Array): Uint8Array {
  return seal(payload, signerOf(pki.signing));
}

/** An ECDH pair for a device, and how its certificate is announced. */
export interface DeviceEcdh {
  readonly keyPem: string;
  readonly certPem: string;
  /** First 16 bytes of the SHA-256 of the PEM. */
  readonly hash: Uint8Array;
}

/** A fresh one. */
export async function makeDeviceEcdh(): Promise<DeviceEcdh> {
  const { certPem, keyPem } = await makeCertificate({ subject: "CN=ecdh" });
  const hash = new Uint8Array(createHash("sha256").update(certPem).digest()).slice(0, 16);
  return { certPem, keyPem, hash };
}

/** The same envelope with its payload encrypted for the device alone. */
export async function encryptedFor(
  device: DeviceEcdh,
  pki: ControllerPki,
  container: AuthContainer,
): Promise<AuthContainer> {
  const ecdhPem = new TextEncoder().encode(pki.ecdh.certPem.trim());
  const payload = container.protectedPayload?.payload ?? new Uint8Array();
  const spki = new X509Certificate(device.certPem).publicKey.export({ format: "der", type: "spki" });
  const shared = await fileSharedSecret(new TextEncoder().encode(pki.ecdh.keyPem))(
    new Uint8Array(spki).slice(-65),
  );
  const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash("sha256").update(bytes).digest());
  const initialValue = new Uint8Array(crypto.randomBytes(16));
  const { algo, senderCertHash, signatureHash } = container;
  return AuthContainer.decode(
    AuthContainer.encode({
      algo,
      senderCertHash,
      signatureHash,
      cipherContext: {
        contextId: "loc",
        hashScheme: 1,
        keyExchangeScheme: 1,
        encryptionScheme: 1,
        deviceCertHash: device.hash,
        controllerCertHash: sha256(ecdhPem).slice(0, 16),
      },
      cipherData: {
        cipherContextId: "loc",
        initialValue,
        cipherData: cfb(sha256(shared), initialValue).encrypt(payload),
        clearTextSha256: sha256(payload),
      },
    }).finish(),
  );
}

/** For a `ConfigResponse`, to look into what was saved. */
export function savedResponse(envelope: Uint8Array | undefined): Response | undefined {
  const payload = envelope === undefined
    ? undefined
    : AuthContainer.decode(envelope).protectedPayload?.payload;
  return payload === undefined ? undefined : ConfigResponse.decode(payload);
}
