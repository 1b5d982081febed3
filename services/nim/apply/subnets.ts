/** Which IPv4 addresses share a subnet. Pure. */

/** Is `address` in `network/prefix`? */
export function isIPv4InSubnet(address: string, network: string, prefix: number): boolean {
  const [a, b] = [numberOf(address), numberOf(network)];
  if (a === undefined || b === undefined) return false;
  const size = 2 ** (32 - prefix);
  return Math.floor(a / size) === Math.floor(b / size);
}

/** `192.168.1.44/24` in its two parts; a missing length is a single address. */
export function splitSubnet(text: string): { readonly address: string; readonly prefix: number } {
  const [address = "", length] = text.split("/");
  return { address, prefix: length === undefined ? 32 : Number(length) };
}

function numberOf(address: string): number | undefined {
  const parts = /^\d+\.\d+\.\d+\.\d+$/.test(address) ? address.split(".").map(Number) : [];
  return parts.length === 4 ? parts.reduce((sum, part) => sum * 256 + part, 0) : undefined;
}
