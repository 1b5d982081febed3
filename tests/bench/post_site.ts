/** What the benches of `controllerconn` stand on: a TLS server in another process, and a folder with all that a sender needs. */
import crypto from "node:crypto";
import { makeController, sealed } from "../../controllerconn/testdata/controller.ts";
import { makeCertificate } from "../../controllerconn/testdata/certificates.ts";
import { DEVICE, ROOT } from "../../controllerconn/testdata/device.ts";
import { startScript } from "../site/child.ts";

/** A name that goes through a proxy, which an address on loopback never does. */
export const PROXIED_HOST = "controller.bench";
const PATH = "/api/v2/edgedevice/id/8d0e6f5c-2b1a-4c3d-8e9f-0a1b2c3d4e5f/newlogs";
const ANSWER_BYTES = 200;

/** See {@linkcode openPostSite}. */
export interface PostSite extends AsyncDisposable {
  /** What `senders.ts` reads. */
  readonly folder: string;
  readonly port: number;
  readonly url: string;
  /** The same server, by {@linkcode PROXIED_HOST}. */
  readonly proxiedUrl: string;
  /** TLS connections that the server has accepted since this was asked last. */
  connections(): Promise<number>;
}

/** A server that answers each POST with the same signed envelope of 200 random bytes. */
export async function openPostSite(parent: string): Promise<PostSite> {
  const folder = Deno.makeTempDirSync({ dir: parent, prefix: "eve-comms-bench-" });
  const write = (name: string, content: string | Uint8Array) =>
    Deno.writeFileSync(
      `${folder}/${name}`,
      typeof content === "string" ? new TextEncoder().encode(content) : content,
      { mode: 0o600 },
    );
  const server = makeCertificate({ name: "controller", issuer: ROOT, hosts: ["127.0.0.1", PROXIED_HOST] });
  const controller = makeController(ROOT);
  const payload = crypto.randomBytes(ANSWER_BYTES);
  write("server.pem", server.pem);
  write("server-key.pem", server.keyPem);
  write("answer.bin", sealed(payload, controller.signing));
  write("root-certificate.pem", ROOT.pem);
  write("device.cert.pem", DEVICE.pem);
  write("device.key.pem", DEVICE.keyPem);
  write("controllercerts", controller.stored);
  write(
    "signing-key.der",
    new Uint8Array(
      crypto.createPublicKey(controller.signing.keyPem).export({ type: "spki", format: "der" }),
    ),
  );
  const child = startScript("tests/bench/children/tls_server.ts", folder);
  const port = Number(await child.line());
  return {
    folder,
    port,
    url: `https://127.0.0.1:${port}${PATH}`,
    proxiedUrl: `https://${PROXIED_HOST}:${port}${PATH}`,
    async connections() {
      await child.tell("reset");
      return Number((await child.line()).split(" ")[3]);
    },
    async [Symbol.asyncDispose]() {
      await child.stop();
      Deno.removeSync(folder, { recursive: true });
    },
  };
}
