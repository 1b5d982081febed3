/** The vector of `spec/device-api.md §7`; the key is a throw-away test key. */

const hex = (text: string) => Uint8Array.fromHex(text);

export const VECTOR = {
  scalar: hex("bd912e474321b41e25eb80d7aaba0261ec883bfdcba4b20ef6e4863e66822492"),
  controllerPoint: hex(
    "046e77d527ba4cd4b43178aa85c6a59bc0b9eabd3ebf7b9e584ddd049765a9f5ae" +
      "0f93bfa28e642f0a72a11ee6b18af8c3c9607de45535e93540566b76ceb21b29",
  ),
  x: "0771f938c4746283a5a718e317b0abc4ede6f57d33faad31db5606d550fb3703",
  y: "a3a7f2d7e918eb8ff71cd5c264935c8e84ba4743be0b9a80e0f5d9b47495c02f",
  initialValue: hex("000102030405060708090a0b0c0d0e0f"),
  cipherData: hex("8a1fef48679a9c738314564ba1"),
  clearText: hex("220b7365637265742d77696669"),
  clearTextSha256: hex("42749fdcbe1f09da736e2f915ff773526a3c70d5a11a092ffac2fb81178208f8"),
} as const;

/** The device's ECDH key file as EVE writes it: SEC1 under the label of PKCS#8. */
export function vectorKeyPem(): string {
  const sec1 = hex(`30310201010420${VECTOR.scalar.toHex()}a00a06082a8648ce3d030107`);
  return `-----BEGIN PRIVATE KEY-----\n${sec1.toBase64()}\n-----END PRIVATE KEY-----\n`;
}
