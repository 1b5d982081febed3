/** `CompoundEdgeDevConfig`: the main controller's envelope as a LOC hands it on, with commands of its own (`spec/zedagent.md §4.4`). */
import {
  type CipherKeys,
  ControllerConnError,
  decryptAuthContainer,
  type ZCert,
  ZCertType,
} from "../../../controllerconn/mod.ts";
import { AuthContainer, CompoundEdgeDevConfig, CompoundEdgeDevConfigRequest } from "../../../proto/device.ts";
import { fromBigInt } from "../../../proto/int64.ts";

/** What a LOC has answered. */
export interface OpenedCompound {
  readonly compound: CompoundEdgeDevConfig;
  /** The main controller's AuthContainer with its payload in the clear, still to be verified. */
  readonly envelope: Uint8Array;
}

/** The body of the request. @param lastCmdTimestamp `timestamp` of the last answer whose commands were taken */
export function compoundRequest(
  lastCmdTimestamp: bigint,
  configHash: string,
  token: Uint8Array | undefined,
): Uint8Array {
  return CompoundEdgeDevConfigRequest.encode({
    last_cmd_timestamp: fromBigInt(lastCmdTimestamp, true),
    cfg_req: { configHash, ...(token === undefined ? {} : { integrity_token: token }) },
  }).finish();
}

/**
 * Decrypts where needed: the signer that the envelope names is checked first.
 * @param certs the main controller's certificates; `undefined` while there are none
 * @throws {ControllerConnError} `envelope`: no message, or one without `protected_config`; `no-controller-cert`; otherwise as
 * `decryptAuthContainer`
 */
export async function openCompound(
  contents: Uint8Array,
  certs: readonly ZCert[] | undefined,
  keys: CipherKeys,
): Promise<OpenedCompound> {
  const compound = decode(contents);
  const protectedConfig: AuthContainer | null = compound.protected_config;
  if (protectedConfig === null) {
    throw new ControllerConnError(
      "envelope",
      `CompoundEdgeDevConfig of ${contents.length} bytes: expected protected_config, got none; nothing of it is used`,
    );
  }
  const container = AuthContainer.encode(protectedConfig).finish();
  if (protectedConfig.cipherData === null) return { compound, envelope: container };
  const signing = certs?.find(({ type }) => type === ZCertType.CERT_TYPE_CONTROLLER_SIGNING);
  if (signing === undefined) {
    throw new ControllerConnError(
      "no-controller-cert",
      "protected_config: no signing certificate of the controller is known; nothing is decrypted",
    );
  }
  return { compound, envelope: await decryptAuthContainer(container, signing, keys) };
}

function decode(contents: Uint8Array): CompoundEdgeDevConfig {
  try {
    return CompoundEdgeDevConfig.decode(contents);
  } catch (cause) {
    throw new ControllerConnError(
      "envelope",
      `CompoundEdgeDevConfig: ${contents.length} bytes that don't decode; nothing of it is used`,
      [],
      { cause },
    );
  }
}
