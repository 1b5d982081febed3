/** Values in a configuration of wpa_supplicant. Pure. */

/** In quotes where that is safe, else as hexadecimal bytes: no text can end its line or begin another. */
export function confString(text: string): string {
  return /^[\x20\x21\x23-\x7e]+$/.test(text) ? `"${text}"` : new TextEncoder().encode(text).toHex();
}

/** One block `network={…}`. @param entries name → value as it is to stand there */
export function networkBlock(entries: readonly (readonly [string, string])[]): string {
  return `network={\n${entries.map(([name, value]) => `\t${name}=${value}\n`).join("")}}\n`;
}
