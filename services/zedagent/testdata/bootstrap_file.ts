/** `bootstrap-config.pb` as an operator's tool makes it. */
import { createHash, createPrivateKey } from "node:crypto";
import { AuthContainer, BootstrapConfig, type config, EdgeDevConfig } from "../../../proto/device.ts";
import type { EnvelopeFault } from "../../../scripts/controller/mod.ts";
import { seal } from "../../../scripts/controller/seal.ts";
import type { ControllerPki } from "../../../scripts/pki/mod.ts";

/** Signed by the controller's signing certificate, without an ECDH certificate. */
export function bootstrapFile(
  pki: ControllerPki,
  fields: config.IEdgeDevConfig,
  fault?: EnvelopeFault,
): Uint8Array {
  const pem = new TextEncoder().encode(pki.signing.certPem.trim());
  const certHash = new Uint8Array(createHash("sha256").update(pem).digest());
  const signer = { kind: "P-256", key: createPrivateKey(pki.signing.keyPem), certHash } as const;
  const envelope = seal(EdgeDevConfig.encode(fields).finish(), { ...signer }, fault);
  return BootstrapConfig.encode({
    signed_config: AuthContainer.decode(envelope),
    controller_certs: [{ hashAlgo: 2, certHash, type: 1, cert: pem }],
  }).finish();
}
