/** What zedagent, tpmmgr and vaultmgr exchange during attestation (`spec/zedagent.md §13`). */
import { goErrorAndTime } from "./error_and_time.ts";
import { goBytes } from "./go_bytes.ts";
import { goList } from "./go_containers.ts";
import { goRaw } from "./go_raw.ts";
import { goBool, goInt, goInt32, goString, goUint32, goUint8 } from "./go_scalars.ts";
import { goStruct } from "./go_struct.ts";
import type { GoValue } from "./go_type.ts";

/** Name of the vault that counts, and key of its topics. */
export const defaultVaultName = "Application Data Store";

/** Key: lower-case hex of `Nonce`. `Requester` is `zedagent`. */
export const goAttestNonce = goStruct({ Nonce: goBytes, Requester: goString });
/** See {@linkcode goAttestNonce}. */
export type AttestNonce = GoValue<typeof goAttestNonce>;

/** Key: lower-case hex of `Nonce`. Without a TPM `Signature`, `Quote` and `PCRs` are null, which is a valid quote. */
export const goAttestQuote = goStruct({
  Nonce: goBytes,
  SigType: goInt32,
  Signature: goBytes,
  Quote: goBytes,
  PCRs: goList(goStruct({ Index: goUint32, Algo: goUint8, Digest: goBytes })),
});
/** See {@linkcode goAttestQuote}. */
export type AttestQuote = GoValue<typeof goAttestQuote>;

/** Key: vault name. A null key says that the controller has none; vaultmgr waits for either. */
export const goEncryptedVaultKeyFromController = goStruct({
  Name: goString,
  EncryptedVaultKey: goBytes,
  PolicyPcr: goStruct({ PolicyPresent: goBool, Indexes: goRaw, ID: goInt }),
});
/** See {@linkcode goEncryptedVaultKeyFromController}. */
export type EncryptedVaultKeyFromController = GoValue<typeof goEncryptedVaultKeyFromController>;

/** Key: vault name. Without a TPM there is nothing to escrow. */
export const goEncryptedVaultKeyFromDevice = goStruct({
  Name: goString,
  EncryptedVaultKey: goBytes,
  IsTpmEnabled: goBool,
});
/** See {@linkcode goEncryptedVaultKeyFromDevice}. */
export type EncryptedVaultKeyFromDevice = GoValue<typeof goEncryptedVaultKeyFromDevice>;

/** Key: vault name. `Status`: {@linkcode DataSecAtRestStatus}, `PCRStatus`: {@linkcode PCRStatus}. */
export const goVaultStatus = goStruct({
  Name: goString,
  Status: goInt32,
  PCRStatus: goInt32,
  ConversionComplete: goBool,
  MismatchingPCRs: goList(goInt),
  UnlockMethod: goInt32,
  ...goErrorAndTime.fields,
});
/** See {@linkcode goVaultStatus}. */
export type VaultStatus = GoValue<typeof goVaultStatus>;

/** `VaultStatus.UnlockMethod` in words (`spec/diag.md §2.2`); 0 is not shown. */
export const vaultUnlockMethods: readonly string[] = [
  "",
  "tpm-local-sealed",
  "controller-key",
  "no-tpm",
  "recreated",
];
