/** `CipherContext` and `CipherBlockStatus` (`spec/zedagent.md §10.2`). */
import { goErrorAndTime } from "./error_and_time.ts";
import { goBytes } from "./go_bytes.ts";
import { goPointer } from "./go_containers.ts";
import { goBool, goInt32, goString } from "./go_scalars.ts";
import { goStruct } from "./go_struct.ts";
import type { GoValue } from "./go_type.ts";

/** `KeyExchangeScheme` 1 = ECDH, `EncryptionScheme` 1 = AES-256-CFB. Key: `ContextID`. */
export const goCipherContext = goStruct({
  ContextID: goString,
  HashScheme: goInt32,
  KeyExchangeScheme: goInt32,
  EncryptionScheme: goInt32,
  ControllerCertHash: goBytes,
  DeviceCertHash: goBytes,
  ...goErrorAndTime.fields,
});
/** See {@linkcode goCipherContext}. */
export type CipherContext = GoValue<typeof goCipherContext>;

/** An encrypted block with a copy of the context it needs. Embedded where the configuration has cipher data. */
export const goCipherBlockStatus = goStruct({
  CipherBlockID: goString,
  CipherContextID: goString,
  InitialValue: goBytes,
  "pubsub-large-CipherData": goBytes,
  ClearTextHash: goBytes,
  IsCipher: goBool,
  CipherContext: goPointer(goCipherContext),
  ...goErrorAndTime.fields,
});
/** See {@linkcode goCipherBlockStatus}. */
export type CipherBlockStatus = GoValue<typeof goCipherBlockStatus>;
