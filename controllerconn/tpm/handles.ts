/** Where EVE keeps its keys in a TPM, and their passwords (`spec/client.md §4.1`, `spec/device-api.md §7`). */

/** The device key: signs envelopes. */
export const TPM_DEVICE_KEY = 0x817fffff;

/** The key for object-level encryption; it has no password. */
export const TPM_ECDH_KEY = 0x81000005;

const PASSWORD_BYTES = 7;

/** As the tools take it. */
export function handleText(handle: number): string {
  return `0x${handle.toString(16).toUpperCase().padStart(8, "0")}`;
}

/**
 * The password in the form that the tools take; only the first 7 bytes of the file count. Undefined if there is none.
 * @param credential the bytes of `/config/tpm_credential`
 */
export function passwordText(credential: Uint8Array): string | undefined {
  const password = credential.subarray(0, PASSWORD_BYTES);
  return password.length === 0 ? undefined : `hex:${password.toHex()}`;
}
