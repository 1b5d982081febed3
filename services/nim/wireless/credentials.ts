/** Name and password of a Wi-Fi network: encrypted for this device, or in the clear (`spec/nim.md §11.4`). Nothing here is logged. */
import { type CipherKeys, decryptCipherBlock } from "../../../controllerconn/mod.ts";
import { EncryptionBlock } from "../../../proto/credentials.ts";
import {
  type CipherBlockStatus,
  goCipherBlockStatus,
  goErrorAndTime,
  type WifiConfig,
} from "../../topics/mod.ts";

/** Empty where there is none. */
export interface Credentials {
  readonly identity: string;
  readonly password: string;
}

/** How they were come by; each but `success` is a failure of `CipherMetrics`. */
export type CipherOutcome =
  | "success"
  /** No cipher block; in the clear, or nothing at all. */
  | "no-cipher"
  | "no-data"
  /** The block can't be decrypted; in the clear, or nothing at all. */
  | "cleartext-fallback"
  | "missing-fallback";

/** See {@linkcode openCredentials}. */
export interface OpenedCredentials extends Credentials {
  readonly outcome: CipherOutcome;
  /** To be published; absent without a cipher block. Its error is empty after a success. */
  readonly block?: CipherBlockStatus;
}

/** Decrypts a block. @throws {Error} naming what is missing or wrong, without clear text */
export type OpenBlock = (
  block: CipherBlockStatus,
) => Promise<Pick<EncryptionBlock, "wifiUserName" | "wifiPassword">>;

const SEVERITY_ERROR = 3;

/** Never throws. @param now Go time text */
export async function openCredentials(
  wifi: WifiConfig,
  open: OpenBlock,
  now: string,
): Promise<OpenedCredentials> {
  const clear: Credentials = { identity: wifi.Identity, password: wifi.Password };
  const hasClear = clear.identity !== "" || clear.password !== "";
  if (!wifi.IsCipher) return { ...clear, outcome: hasClear ? "no-cipher" : "no-data" };
  const block = goCipherBlockStatus.make({ ...wifi, ...goErrorAndTime.zero() });
  try {
    const { wifiUserName, wifiPassword } = await open(block);
    return { identity: wifiUserName, password: wifiPassword, outcome: "success", block };
  } catch (error) {
    return {
      ...clear,
      outcome: hasClear ? "cleartext-fallback" : "missing-fallback",
      block: {
        ...block,
        Error: error instanceof Error ? error.message : String(error),
        ErrorTime: now,
        ErrorSeverity: SEVERITY_ERROR,
      },
    };
  }
}

/** Decrypts with the keys of this device. */
export function blockOpener(keys: CipherKeys): OpenBlock {
  return async (block) => {
    const context = block.CipherContext;
    const none = new Uint8Array();
    const clearText = await decryptCipherBlock(
      {
        cipherContextId: block.CipherContextID,
        initialValue: block.InitialValue ?? none,
        cipherData: block["pubsub-large-CipherData"] ?? none,
        clearTextSha256: block.ClearTextHash ?? none,
      },
      context === null ? undefined : {
        contextId: context.ContextID,
        keyExchangeScheme: context.KeyExchangeScheme,
        encryptionScheme: context.EncryptionScheme,
        deviceCertHash: context.DeviceCertHash ?? none,
        controllerCertHash: context.ControllerCertHash ?? none,
      },
      keys,
    );
    try {
      return EncryptionBlock.decode(clearText);
    } catch {
      throw new Error(
        `cipher block ${block.CipherBlockID}: expected an EncryptionBlock, got ${clearText.length} bytes that are none`,
      );
    }
  };
}
