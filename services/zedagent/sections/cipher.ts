/** `cipherContexts`, and the encrypted blocks of other sections that refer to them (`spec/zedagent.md §10.2`). */
import type { common } from "../../../proto/device.ts";
import {
  type CipherBlockStatus,
  type CipherContext,
  goCipherBlockStatus,
  goCipherContext,
} from "../../topics/mod.ts";
import { refuse, type Section, section } from "./section.ts";

/** Context id → context. */
export type CipherContexts = ReadonlyMap<string, CipherContext>;

/** One entry per context id. */
export function cipherContexts(list: readonly common.CipherContext[]): Section<CipherContext> {
  return section(list, (context, index) => {
    if (context.contextId === "") {
      refuse(`cipher context number ${index + 1} has no contextId; it is ignored`);
    }
    return [
      context.contextId,
      goCipherContext.make({
        ContextID: context.contextId,
        HashScheme: context.hashScheme,
        KeyExchangeScheme: context.keyExchangeScheme,
        EncryptionScheme: context.encryptionScheme,
        ControllerCertHash: context.controllerCertHash,
        DeviceCertHash: context.deviceCertHash,
      }),
    ];
  });
}

/** Lower-case hex of the controller certificates that the contexts need. */
export function referencedCertHashes(contexts: CipherContexts): ReadonlySet<string> {
  return new Set(
    [...contexts.values()]
      .map((context) => context.ControllerCertHash?.toHex() ?? "")
      .filter((hash) => hash !== ""),
  );
}

/**
 * An encrypted block with its context. Without cipher data only the id is set; a block that lacks a part carries its error;
 * an unknown context stays null until it comes.
 * @param now Go time of an error
 */
export function cipherBlock(
  id: string,
  block: common.CipherBlock | null | undefined,
  contexts: CipherContexts,
  now: string,
): CipherBlockStatus {
  if (block === null || block === undefined) return goCipherBlockStatus.make({ CipherBlockID: id });
  if (block.cipherData.length === 0 || block.cipherContextId === "") {
    return goCipherBlockStatus.make({
      CipherBlockID: id,
      CipherContextID: block.cipherContextId,
      Error: "block contains incomplete data",
      ErrorTime: now,
      ErrorSeverity: 3,
    });
  }
  return goCipherBlockStatus.make({
    CipherBlockID: id,
    CipherContextID: block.cipherContextId,
    InitialValue: block.initialValue,
    "pubsub-large-CipherData": block.cipherData,
    ClearTextHash: block.clearTextSha256,
    IsCipher: true,
    CipherContext: contexts.get(block.cipherContextId) ?? null,
  });
}
