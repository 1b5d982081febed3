/** Who signs: the device, or the onboarding certificate (`spec/device-api.md §4.3`, `spec/client.md §4`). */

/** A certificate and the means to sign with its key. */
export interface SigningIdentity {
  /** The bytes of the PEM file, as they are. */
  readonly certPem: Uint8Array;
  /** SHA-256 of the DER of the first certificate in the file; 32 bytes. */
  readonly certHash: Uint8Array;
  /** ECDSA over SHA-256 of `payload`, raw r‖s. */
  sign(payload: Uint8Array): Promise<Uint8Array>;
  /** PKCS#8 PEM of the key for TLS client authentication; absent for a TPM-held key (decisions.md 17). */
  readonly tlsKeyPem?: string;
}
