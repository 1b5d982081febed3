/** `/config/bootstrap-config.pb`: the first configuration of a device that no controller has served yet (`spec/zedagent.md §3.1`). */
import { verifyAuthContainer, verifyControllerCerts } from "../../../controllerconn/mod.ts";
import { AuthContainer, BootstrapConfig, type EdgeDevConfig } from "../../../proto/device.ts";
import { AgentError } from "../../agent/mod.ts";
import { decodeConfig } from "../config/received_config.ts";

/**
 * Verifies and opens the file's content.
 * @param rootCertificatePem text of `/config/root-certificate.pem`
 * @param now milliseconds since 1970
 * @throws {AgentError} `bad-file`; {ControllerConnError} `cert-chain`, `envelope`, `envelope-verify`
 */
export function openBootstrapConfig(
  file: Uint8Array,
  rootCertificatePem: string,
  now: number,
): EdgeDevConfig {
  const bootstrap = decode("a BootstrapConfig", () => BootstrapConfig.decode(file));
  const envelope: AuthContainer | null = bootstrap.signed_config;
  if (envelope === null) throw bad("expected signed_config, found none");
  const { signing } = verifyControllerCerts(bootstrap.controller_certs, rootCertificatePem, now, {
    requireEcdh: false,
  });
  const { payload, error } = verifyAuthContainer(AuthContainer.encode(envelope).finish(), signing);
  if (error !== undefined) throw error;
  if (payload.length === 0) throw bad("expected a payload, found an empty one");
  return decode("an EdgeDevConfig as payload", () => decodeConfig(payload));
}

function decode<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw bad(`expected ${what}, got bytes that don't decode (${String(error)})`);
  }
}

function bad(reason: string): AgentError {
  return new AgentError("bad-file", `bootstrap-config.pb: ${reason}; nothing of it is applied`);
}
