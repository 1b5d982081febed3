/**
 * `envelope_post`: a POST of 50 kB on a warm connection, signed, answered with a signed envelope that is verified.
 * Bare: signing as many bytes, a node:https POST of the very same envelope, verifying as many bytes.
 */
import crypto from "node:crypto";
import { addAuthentication, newClient } from "../../controllerconn/mod.ts";
import { makeController, sealed } from "../../controllerconn/testdata/controller.ts";
import { clientOptions, DEVICE, MemoryStore, ROOT, SERVER } from "../../controllerconn/testdata/device.ts";
import { BareDevice } from "./bare_device.ts";
import type { Bench } from "./bench.ts";
import { startScript } from "../site/child.ts";
import { interleave, median, percentile } from "./rounds.ts";

const PAYLOAD_BYTES = 50_000;
const ANSWER_BYTES = 200;
const ROUNDS = 1500;
const WARM_UP = 200;

/** See the file's head. */
export const envelopePostBench: Bench = {
  name: "envelope_post",
  async run() {
    const folder = Deno.makeTempDirSync({ prefix: "eve-comms-bench-" });
    try {
      const times = await measure(folder);
      const row = (what: string, share: number) => ({
        what: `enveloped POST of 50 kB, warm connection, ${what}`,
        unit: "ms",
        ours: percentile(times.get("ours"), share),
        bare: percentile(times.get("bare"), share),
      });
      const parts = ["post", "sign", "verify"].map((name) => ({
        what: `  the bare one's ${name}`,
        unit: "ms",
        ours: median(times.get(name)),
        budget: { kind: "none" } as const,
      }));
      return [
        { ...row("p50", 0.5), budget: { kind: "ratio", most: 1.5 } },
        { ...row("p99", 0.99), budget: { kind: "none" } },
        ...parts,
      ];
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  },
};

async function measure(folder: string): Promise<ReadonlyMap<string, readonly number[]>> {
  const controller = makeController(ROOT);
  const answer = crypto.randomBytes(ANSWER_BYTES);
  Deno.writeTextFileSync(`${folder}/server.pem`, SERVER.pem);
  Deno.writeTextFileSync(`${folder}/server-key.pem`, SERVER.keyPem, { mode: 0o600 });
  Deno.writeFileSync(`${folder}/answer.bin`, sealed(answer, controller.signing));
  await using server = startScript("tests/bench/children/tls_server.ts", folder);
  const port = await server.line();
  const url = `https://127.0.0.1:${port}/api/v2/edgedevice/id/8d0e6f5c-2b1a-4c3d-8e9f-0a1b2c3d4e5f/newlogs`;

  const controllerCerts = new MemoryStore();
  controllerCerts.primary = controller.stored;
  const systemRootsPem = textIfPresent("/etc/ssl/certs/ca-certificates.crt");
  const options = clientOptions({ controllerCerts, systemRootsPem });
  const client = newClient(options);
  const { signal } = new AbortController();
  const payload = new Uint8Array(crypto.randomBytes(PAYLOAD_BYTES));

  const bare = new BareDevice({ certHash: options.device.certHash, key: DEVICE.key, rootPem: ROOT.pem });
  const envelope = await addAuthentication(options.device, payload, false);
  const verifyKey = {
    key: crypto.createPublicKey(controller.signing.keyPem),
    dsaEncoding: "ieee-p1363",
  } as const;
  const answerSignature = crypto.sign("sha256", answer, {
    key: controller.signing.key,
    dsaEncoding: "ieee-p1363",
  });
  const verify = () => {
    if (!crypto.verify("sha256", answer, verifyKey, answerSignature)) {
      throw new Error("a good signature is refused");
    }
  };
  try {
    return await interleave(
      [
        {
          name: "ours",
          async run() {
            const result = await client.sendOnAllIntf(url, payload, { signal });
            const opened = client.removeAndVerifyAuthContainer(result.contents);
            if (result.error ?? opened.error) throw result.error ?? opened.error;
          },
        },
        {
          name: "bare",
          async run() {
            bare.sign(payload);
            await bare.post(url, envelope);
            verify();
          },
        },
        { name: "post", run: async () => void await bare.post(url, envelope) },
        { name: "sign", run: () => void bare.sign(payload) },
        { name: "verify", run: verify },
      ],
      ROUNDS,
      WARM_UP,
    );
  } finally {
    client.close();
    bare.close();
  }
}

/** The system's roots are trusted as on a device: their number costs something with every request. */
function textIfPresent(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}
