/** For the controller's own tests: a device made of node:https and node:crypto only, that can also misbehave. @module */

import { Buffer } from "node:buffer";
import { createHash, createPrivateKey, sign, verify, X509Certificate } from "node:crypto";
import { Agent, request as httpsRequest, type RequestOptions } from "node:https";
import { auth, register } from "../../proto/all.ts";
import { type DeviceFiles, makeDeviceIdentity, makeOnboardIdentity } from "../pki/mod.ts";
import type { Controller } from "./controller.ts";
import { startController } from "./start.ts";
import type { ControllerOptions } from "./start.ts";

/** An answer. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
}

/** How an envelope shall differ. */
export type EnvelopeChange = Partial<auth.IAuthContainer>;

/** The AuthContainer as bytes, signed as `spec/device-api.md §4.3` says. */
export function envelope(
  identity: DeviceFiles,
  payload: Uint8Array,
  change: EnvelopeChange = {},
): Uint8Array {
  const key = createPrivateKey(identity.keyPem);
  const signature = sign("sha256", Buffer.from(payload), { key, dsaEncoding: "ieee-p1363" });
  return auth.AuthContainer.encode({
    protectedPayload: { payload },
    algo: 2,
    senderCertHash: new Uint8Array(createHash("sha256").update(identity.der).digest()),
    signatureHash: new Uint8Array(signature),
    ...change,
  }).finish();
}

/** The body of `register`. */
export function registration(
  onboard: DeviceFiles,
  device: DeviceFiles,
  serials: { serial?: string; softSerial?: string },
  change: EnvelopeChange = {},
): Uint8Array {
  const pemCert = Buffer.from(Buffer.from(device.certPem).toString("base64"));
  const payload = register.ZRegisterMsg.encode({ pemCert, ...serials }).finish();
  const senderCert = Buffer.from(Buffer.from(onboard.certPem).toString("base64"));
  return envelope(onboard, payload, { senderCert, ...change });
}

/** Opens an answer and checks its signature against the controller's signing certificate. */
export function opened(controller: Controller, reply: Reply): Uint8Array {
  const container = auth.AuthContainer.decode(reply.body);
  const cert = controller.pki.signing.certPem.trim();
  const hash = createHash("sha256").update(cert).digest("hex");
  if (Buffer.from(container.senderCertHash).toString("hex") !== hash) {
    throw new Error("another certificate's hash");
  }
  const payload = container.protectedPayload?.payload ?? new Uint8Array();
  const key = { key: new X509Certificate(cert).publicKey, dsaEncoding: "ieee-p1363" as const };
  if (container.signatureHash.length !== 64) throw new Error("64 bytes of signature were expected");
  if (!verify("sha256", Buffer.from(payload), key, Buffer.from(container.signatureHash))) {
    throw new Error("the signature does not hold");
  }
  return payload;
}

/** A connection pool to one controller. */
export class HandMadeDevice {
  readonly #agent = new Agent({ keepAlive: true });

  constructor(readonly controller: Controller, readonly identity: DeviceFiles, readonly uuid: string) {}

  /** A POST of a signed payload to `id/<uuid>/<action>`, or to `<action>` when it begins with a slash. */
  post(action: string, payload: Uint8Array, change: EnvelopeChange = {}): Promise<Reply> {
    const path = action.startsWith("/") ? action.slice(1) : `id/${this.uuid}/${action}`;
    return this.send("POST", `/api/v2/edgedevice/${path}`, envelope(this.identity, payload, change));
  }

  /** Any request. Rejects when the connection breaks before the answer is complete. */
  send(method: string, path: string, body?: Uint8Array, options: RequestOptions = {}): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const request = httpsRequest(this.controller.deviceUrl + path, {
        method,
        agent: this.#agent,
        ca: this.controller.pki.root.certPem,
        ...(body === undefined ? {} : { headers: { "content-type": "application/x-proto-binary" } }),
        ...options,
      }, (response) => {
        const chunks: Uint8Array[] = [];
        response.on("data", (chunk: Uint8Array) => chunks.push(chunk));
        response.on("error", reject);
        response.on("aborted", () => reject(new Error("aborted")));
        response.on("end", () => {
          const { statusCode = 0, headers } = response;
          resolve({ status: statusCode, headers, body: new Uint8Array(Buffer.concat(chunks)) });
        });
      });
      request.setNoDelay(true);
      request.on("error", reject);
      request.end(body === undefined || body.length === 0 ? undefined : body);
    });
  }

  get(path: string): Promise<Reply> {
    return this.send("GET", path);
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** A test with a controller, a device known to it and an onboarding identity that may register any serial. */
export interface Scene {
  readonly controller: Controller;
  readonly device: HandMadeDevice;
  readonly onboard: DeviceFiles;
  readonly dir: string;
}

/** Runs `body` with a fresh controller in a temporary folder, and takes everything down again. */
export async function withController(
  body: (scene: Scene) => Promise<void>,
  options: Partial<ControllerOptions> = {},
): Promise<void> {
  const dir = await Deno.makeTempDir();
  const controller = await startController({ dir, ...options });
  const [identity, onboard] = await Promise.all([makeDeviceIdentity(), makeOnboardIdentity()]);
  controller.addOnboard(onboard.certPem, ["serial-1", "serial-2"]);
  const { uuid } = controller.addDevice({ certPem: identity.certPem });
  const device = new HandMadeDevice(controller, identity, uuid);
  try {
    await body({ controller, device, onboard, dir });
  } finally {
    device.close();
    await controller.stop();
    await Deno.remove(dir, { recursive: true });
  }
}

/** Text of a refusal. */
export function textOf(reply: Reply): string {
  return new TextDecoder().decode(reply.body);
}
