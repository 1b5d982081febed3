/** Masks and MAC addresses as `DeviceNetworkStatus` has them. Pure. */

/** 4 or 16 bytes with the first `prefix` bits set. */
export function maskOf(address: string, prefix: number): Uint8Array {
  const mask = new Uint8Array(address.includes(":") ? 16 : 4);
  for (let bit = 0; bit < Math.min(prefix, mask.length * 8); bit++) {
    mask[bit >> 3] = (mask[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  }
  return mask;
}

/** The 6 bytes of `52:54:00:12:34:56`; null for any other text. */
export function macBytes(mac: string): Uint8Array | null {
  return /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(mac)
    ? Uint8Array.from(mac.split(":"), (byte) => parseInt(byte, 16))
    : null;
}
