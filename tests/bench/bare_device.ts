/** A device made of node:https and node:crypto only: what a signed request costs without our library. */
import crypto, { type KeyObject } from "node:crypto";
import https from "node:https";
import protobuf from "protobufjs/minimal";

/** What it needs of certificates. */
export interface BareIdentity {
  readonly certHash: Uint8Array;
  readonly key: KeyObject;
  /** Of the controller's TLS certificate. */
  readonly rootPem: string;
}

/** A keep-alive connection pool to one server. */
export class BareDevice {
  readonly #agent: https.Agent;

  constructor(readonly identity: BareIdentity) {
    this.#agent = new https.Agent({ keepAlive: true, maxFreeSockets: 8, ca: identity.rootPem });
  }

  /** ECDSA over SHA-256, raw r‖s. */
  sign(payload: Uint8Array): Uint8Array {
    const { key } = this.identity;
    return new Uint8Array(crypto.sign("sha256", payload, { key, dsaEncoding: "ieee-p1363" }));
  }

  /** An `AuthContainer` around a payload, signed. */
  envelope(payload: Uint8Array): Uint8Array {
    return new protobuf.Writer().uint32(10).fork().uint32(10).bytes(payload).ldelim()
      .uint32(16).uint32(2)
      .uint32(26).bytes(this.identity.certHash)
      .uint32(34).bytes(this.sign(payload)).finish();
  }

  /** @returns the answer's body. @throws {Error} for another status than 201 */
  post(url: string, body: Uint8Array): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const headers = { "Content-Type": "application/x-proto-binary", "Content-Length": body.length };
      const request = https.request(url, { method: "POST", agent: this.#agent, headers }, (response) => {
        const chunks: Uint8Array[] = [];
        response.on("data", (chunk: Uint8Array) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          if (response.statusCode === 201) {
            resolve(chunks.length === 1 && chunks[0] ? chunks[0] : concat(chunks));
          } else reject(new Error(`${url} answered ${response.statusCode}`));
        });
      });
      request.setNoDelay(true);
      request.on("error", reject);
      request.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

function concat(chunks: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
