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

/** A LOC's answer that has what it must have. */
export interface Compound {
  readonly message: CompoundEdgeDevConfig;
  readonly protectedConfig: AuthContainer;
}

/** @throws {ControllerConnError} `envelope`: no message, or one without `protected_config` */
export function decodeCompound(contents: Uint8Array): Compound {
  let message: CompoundEdgeDevConfig;
  try {
    message = CompoundEdgeDevConfig.decode(contents);
  } catch (cause) {
    throw new ControllerConnError(
      "envelope",
      `CompoundEdgeDevConfig: ${contents.length} bytes that don't decode; nothing of it is used`,
      [],
      { cause },
    );
  }
  const protectedConfig: AuthContainer | null = message.protected_config;
  if (protectedConfig !== null) return { message, protectedConfig };
  throw new ControllerConnError(
    "envelope",
    `CompoundEdgeDevConfig of ${contents.length} bytes: expected protected_config, got none; nothing of it is used`,
  );
}

/**
 * The main controller's AuthContainer with its payload in the clear, still to be verified; decrypted where needed: the signer
 * that the envelope names is checked first.
 * @param certs the main controller's certificates; `undefined` while there are none
 * @throws {ControllerConnError} `no-controller-cert`; otherwise as `decryptAuthContainer`
 */
export async function clearEnvelope(
  { protectedConfig }: Compound,
  certs: readonly ZCert[] | undefined,
  keys: CipherKeys,
): Promise<Uint8Array> {
  const container = AuthContainer.encode(protectedConfig).finish();
  if (protectedConfig.cipherData === null) return container;
  const signing = certs?.find(({ type }) => type === ZCertType.CERT_TYPE_CONTROLLER_SIGNING);
  if (signing === undefined) {
    throw new ControllerConnError(
      "no-controller-cert",
      "protected_config: no signing certificate of the controller is known; nothing is decrypted",
    );
  }
  return await decryptAuthContainer(container, signing, keys);
}
