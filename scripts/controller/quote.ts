/** Checks a TPM's quote: nonce, certificate, signature (`spec/device-api.md §6.7`). PCR values are not compared. @module */

import { Buffer } from "node:buffer";
import { verify, X509Certificate } from "node:crypto";
import { attest, certs } from "../../proto/all.ts";

const {
  Z_ATTEST_RESPONSE_CODE_SUCCESS,
  Z_ATTEST_RESPONSE_CODE_NONCE_MISMATCH,
  Z_ATTEST_RESPONSE_CODE_NO_CERT_FOUND,
  Z_ATTEST_RESPONSE_CODE_QUOTE_FAILED,
} = attest.ZAttestResponseCode;

const TPM_GENERATED = 0xff544347;

/**
 * @param nonce the text that was given out last
 * @param list the device's certificates; the one of type 11 signs quotes
 */
export function judgeQuote(
  quote: attest.ZAttestQuote,
  nonce: string,
  list: readonly certs.ZCert[],
): attest.ZAttestResponseCode {
  const signing = list.find(({ type }) => type === certs.ZCertType.CERT_TYPE_DEVICE_RESTRICTED_SIGNING);
  if (signing === undefined) return Z_ATTEST_RESPONSE_CODE_NO_CERT_FOUND;
  const extraData = extraDataOf(quote.attestData);
  if (extraData === undefined) return Z_ATTEST_RESPONSE_CODE_QUOTE_FAILED;
  if (nonce === "" || new TextDecoder().decode(extraData) !== nonce) {
    return Z_ATTEST_RESPONSE_CODE_NONCE_MISMATCH;
  }
  return signatureHolds(quote, signing)
    ? Z_ATTEST_RESPONSE_CODE_SUCCESS
    : Z_ATTEST_RESPONSE_CODE_QUOTE_FAILED;
}

/** TPMS_ATTEST begins with magic (4), type (2), and two byte strings with a length of 2: signer, extra data. */
export function extraDataOf(attestData: Uint8Array): Uint8Array | undefined {
  const view = new DataView(attestData.buffer, attestData.byteOffset, attestData.byteLength);
  try {
    if (view.getUint32(0) !== TPM_GENERATED) return undefined;
    const extra = 8 + view.getUint16(6);
    const end = extra + 2 + view.getUint16(extra);
    return end <= attestData.length ? attestData.subarray(extra + 2, end) : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function signatureHolds(quote: attest.ZAttestQuote, signing: certs.ZCert): boolean {
  try {
    const key = new X509Certificate(new TextDecoder().decode(signing.cert)).publicKey;
    return verify("sha256", Buffer.from(quote.attestData), key, Buffer.from(quote.signature));
  } catch {
    return false;
  }
}
