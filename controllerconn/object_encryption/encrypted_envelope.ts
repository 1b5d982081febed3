/** An envelope whose payload is encrypted for this device: `protected_config` of a LOC (`spec/device-api.md §6.6`). */
import { encodeAuthContainer, parseAuthContainer } from "../auth_container.ts";
import { ControllerConnError } from "../error.ts";
import type { ZCert } from "../types.ts";
import { headerFault, toSigningCert } from "../verify_envelope.ts";
import { lastBytes, lastVarint, readFields } from "../wire.ts";
import {
  type CipherBlockFields,
  type CipherContextFields,
  type CipherKeys,
  decryptCipherBlock,
} from "./cipher_block.ts";

const EMPTY = new Uint8Array(0);

/**
 * The same envelope with its payload in the clear, to be verified like any other; an envelope that is not encrypted comes
 * back as it is. Whom it names as its signer is checked first: nothing is decrypted for a stranger.
 * @param signing the main controller's signing certificate
 * @throws {ControllerConnError} `envelope`: it does not parse; `envelope-verify`: another signer; `cipher`: it has no
 * context, or see {@linkcode decryptCipherBlock}
 */
export async function decryptAuthContainer(
  contents: Uint8Array,
  signing: ZCert,
  keys: CipherKeys,
): Promise<Uint8Array> {
  const container = parseAuthContainer(contents);
  const { cipherData, cipherContext, algo, senderCertHash, signatureHash, senderCert } = container;
  if (cipherData === undefined) return contents;
  const fault = headerFault(container, toSigningCert(signing));
  if (fault !== undefined) throw fault.error;
  if (cipherContext === undefined) {
    throw new ControllerConnError(
      "cipher",
      "AuthContainer: encrypted, but without a cipherContext; it is not used",
    );
  }
  const payload = await decryptCipherBlock(readBlock(cipherData), readContext(cipherContext), keys);
  return encodeAuthContainer({ payload, algo, senderCertHash, signatureHash, senderCert });
}

function readBlock(bytes: Uint8Array): CipherBlockFields {
  const fields = readFields("CipherBlock", bytes);
  return {
    cipherContextId: text(lastBytes(fields, 1)),
    initialValue: lastBytes(fields, 2) ?? EMPTY,
    cipherData: lastBytes(fields, 3) ?? EMPTY,
    clearTextSha256: lastBytes(fields, 4) ?? EMPTY,
  };
}

function readContext(bytes: Uint8Array): CipherContextFields {
  const fields = readFields("CipherContext", bytes);
  return {
    contextId: text(lastBytes(fields, 1)),
    keyExchangeScheme: lastVarint(fields, 3),
    encryptionScheme: lastVarint(fields, 4),
    deviceCertHash: lastBytes(fields, 5) ?? EMPTY,
    controllerCertHash: lastBytes(fields, 6) ?? EMPTY,
  };
}

const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes ?? EMPTY);
