/** The messages of attestation: requests made, answers read (`spec/device-api.md §6.7`). Pure. */
import { attest, ZAttestReq, ZAttestResponse } from "../../../proto/device.ts";
import type { AttestQuote, EncryptedVaultKeyFromController } from "../../topics/mod.ts";
import { defaultVaultName } from "../../topics/mod.ts";

const { ATTEST_REQ_NONCE, ATTEST_REQ_QUOTE, Z_ATTEST_REQ_TYPE_STORE_KEYS } = attest.ZAttestReqType;
const { ATTEST_RESP_NONCE, ATTEST_RESP_QUOTE_RESP } = attest.ZAttestRespType;
const { ATTEST_VOLUME_KEY_TYPE_VSK } = attest.AttestVolumeKeyType;

/** `AttestVersionInfo.version_type`; 3 is newer than the descriptor. */
export const AttestVersionType = { EVE: 1, FIRMWARE: 2, EVE_ORIGIN: 3 } as const;
type VersionType = (typeof AttestVersionType)[keyof typeof AttestVersionType];

/** What software gives the quote. */
export interface AttestVersion {
  readonly type: VersionType;
  readonly version: string;
}

/** Largest nonce: its hexadecimal form is a file name. */
const maxNonceLength = 64;

/** The request for a nonce. */
export function nonceRequest(): Uint8Array {
  return ZAttestReq.encode({ reqType: ATTEST_REQ_NONCE }).finish();
}

/**
 * The quote as tpmmgr made it; without a TPM its bytes and PCR values stay empty.
 * @param binaryEventLog gzip of the kernel's log of measurements; absent where there is none
 */
export function quoteRequest(
  quote: AttestQuote,
  versions: readonly AttestVersion[],
  binaryEventLog?: Uint8Array,
): Uint8Array {
  return ZAttestReq.encode({
    reqType: ATTEST_REQ_QUOTE,
    quote: {
      ...(quote.Quote === null ? {} : { attestData: quote.Quote }),
      ...(quote.Signature === null ? {} : { signature: quote.Signature }),
      pcr_values: (quote.PCRs ?? []).map(({ Index, Algo, Digest }) => ({
        index: Index,
        hash_algo: Algo,
        ...(Digest === null ? {} : { value: Digest }),
      })),
      versions: versions.map(({ type, version }) => ({ version_type: versionType(type), version })),
      ...(binaryEventLog === undefined ? {} : { tpm_binary_event_log: binaryEventLog }),
    },
  }).finish();
}

/** A number, since the enum of the descriptor lacks the newest one. */
function versionType(type: number): attest.AttestVersionType {
  return type;
}

/** The vault key, sealed by the TPM, for the controller to keep. */
export function storeKeysRequest(integrityToken: Uint8Array, key: Uint8Array): Uint8Array {
  return ZAttestReq.encode({
    reqType: Z_ATTEST_REQ_TYPE_STORE_KEYS,
    storage_keys: { integrity_token: integrityToken, keys: [{ key_type: ATTEST_VOLUME_KEY_TYPE_VSK, key }] },
  }).finish();
}

/** An answer that can't be used. */
export interface Unusable {
  readonly kind: "request-failed";
  /** What was expected and what arrived. */
  readonly reason: string;
}

/** Reads the answer to {@linkcode nonceRequest}. */
export function readNonce(
  payload: Uint8Array,
): Unusable | { readonly kind: "nonce-received"; readonly nonce: Uint8Array } {
  const response = decode(payload, ATTEST_RESP_NONCE);
  if ("reason" in response) return response;
  const message: attest.ZAttestNonceResp | null = response.nonce;
  const length = message?.nonce.length ?? 0;
  if (message === null || length === 0 || length > maxNonceLength) {
    return unusable(
      `nonce: expected 1 to ${maxNonceLength} bytes, got ${message === null ? "no message" : length}`,
    );
  }
  return { kind: "nonce-received", nonce: message.nonce };
}

/** What the controller says of a quote. */
export type QuoteAnswer =
  | Unusable
  | { readonly kind: "nonce-mismatch" | "quote-mismatch" | "no-quote-cert" }
  | {
    readonly kind: "attest-successful";
    readonly integrityToken: Uint8Array;
    /** To be published, at least one: without a key of the controller that of {@linkcode noVaultKey}. */
    readonly vaultKeys: readonly EncryptedVaultKeyFromController[];
  };

/** Reads the answer to {@linkcode quoteRequest}. */
export function readQuoteAnswer(payload: Uint8Array): QuoteAnswer {
  const response = decode(payload, ATTEST_RESP_QUOTE_RESP);
  if ("reason" in response) return response;
  const message: attest.ZAttestQuoteResp | null = response.quoteResp;
  if (message === null) return unusable("quoteResp: expected a message, got none");
  const code = attest.ZAttestResponseCode;
  switch (message.response) {
    case code.Z_ATTEST_RESPONSE_CODE_NONCE_MISMATCH:
      return { kind: "nonce-mismatch" };
    case code.Z_ATTEST_RESPONSE_CODE_NO_CERT_FOUND:
      return { kind: "no-quote-cert" };
    case code.Z_ATTEST_RESPONSE_CODE_QUOTE_FAILED:
      return { kind: "quote-mismatch" };
    case code.Z_ATTEST_RESPONSE_CODE_SUCCESS:
      break;
    default:
      return unusable(`quoteResp.response: expected 1 to 4, got ${message.response}`);
  }
  if (message.integrity_token.length === 0) {
    return unusable("quoteResp.integrity_token: expected bytes, got none");
  }
  const keys = message.keys.filter(({ key_type, key }) =>
    key_type === ATTEST_VOLUME_KEY_TYPE_VSK && key.length > 0
  );
  return {
    kind: "attest-successful",
    integrityToken: message.integrity_token,
    vaultKeys: keys.length === 0 ? [noVaultKey] : keys.map(vaultKey),
  };
}

/** Reads the answer to {@linkcode storeKeysRequest}. */
export function readStoreKeysAnswer(
  payload: Uint8Array,
): Unusable | { readonly kind: "escrow-recorded" | "escrow-failed" } {
  const response = decode(payload, attest.ZAttestRespType.Z_ATTEST_RESP_TYPE_STORE_KEYS);
  if ("reason" in response) return response;
  const message: attest.AttestStorageKeysResp | null = response.storage_keys_resp;
  if (message === null) return unusable("storage_keys_resp: expected a message, got none");
  const code = attest.AttestStorageKeysResponseCode;
  switch (message.response) {
    case code.ATTEST_STORAGE_KEYS_RESPONSE_CODE_SUCCESS:
      return { kind: "escrow-recorded" };
    case code.ATTEST_STORAGE_KEYS_RESPONSE_CODE_ITOKEN_MISMATCH:
      return { kind: "escrow-failed" };
    default:
      return unusable(`storage_keys_resp.response: expected 1 or 2, got ${message.response}`);
  }
}

/** Says that the controller keeps no key; vaultmgr waits for either. */
const noVaultKey: EncryptedVaultKeyFromController = {
  Name: defaultVaultName,
  EncryptedVaultKey: null,
  PolicyPcr: { PolicyPresent: false, Indexes: null, ID: 0 },
};

function vaultKey(
  { key, has_policy_pcr_list, policy_pcr_list }: attest.AttestVolumeKey,
): EncryptedVaultKeyFromController {
  const policy: attest.AttestPolicyPcrList | null = policy_pcr_list;
  if (!has_policy_pcr_list || policy === null) return { ...noVaultKey, EncryptedVaultKey: key };
  return {
    Name: defaultVaultName,
    EncryptedVaultKey: key,
    PolicyPcr: { PolicyPresent: true, Indexes: policy.pcr_indices, ID: policy.policy_id },
  };
}

function decode(payload: Uint8Array, respType: attest.ZAttestRespType): ZAttestResponse | Unusable {
  let response: ZAttestResponse;
  try {
    response = ZAttestResponse.decode(payload);
  } catch (error) {
    return unusable(`ZAttestResponse: ${payload.length} bytes that don't decode (${String(error)})`);
  }
  if (response.respType === respType) return response;
  return unusable(`ZAttestResponse.respType: expected ${respType}, got ${response.respType}`);
}

function unusable(what: string): Unusable {
  return { kind: "request-failed", reason: `attest: ${what}; asking again in 15 s` };
}
