/** The PAC functions that look at host names and addresses, without asking anybody (`spec/controllerconn.md §6.5`). */

/** No dot in the name. */
export function isPlainHostName(host: string): boolean {
  return !host.includes(".");
}

/** A plain comparison of the ends: `domain` is mostly given with its leading dot. */
export function dnsDomainIs(host: string, domain: string): boolean {
  return host.endsWith(domain);
}

/** The same name, or its first label alone. */
export function localHostOrDomainIs(host: string, hostDomain: string): boolean {
  return host === hostDomain || hostDomain.startsWith(`${host}.`);
}

/** The number of dots. */
export function dnsDomainLevels(host: string): number {
  return host.split(".").length - 1;
}

/** Four decimal numbers as one of 32 bits; undefined for anything else. */
export function parseIPv4(text: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  const bytes = match.slice(1).map(Number);
  if (bytes.some((byte) => byte > 255)) return undefined;
  return bytes.reduce((value, byte) => value * 256 + byte, 0);
}

/**
 * Whether an address lies in a network.
 * @param address of the host, resolved already; `""` (not resolvable) is in no network
 */
export function isAddressInNet(address: string, network: string, mask: string): boolean {
  const [ip, net, bits] = [address, network, mask].map(parseIPv4);
  if (ip === undefined || net === undefined || bits === undefined) return false;
  return ((ip ^ net) & bits) === 0;
}

/**
 * The regular expression of a shell expression: `.` is a dot, `?` zero or one character, `*` any number, and the rest
 * stays what it is in a regular expression, so `(*.a.example|b.example)` works. It matches the whole text. It may be
 * hostile or none at all: only the sandbox runs it.
 */
export function shellExpressionPattern(expression: string): string {
  const pattern = expression.replaceAll(".", "\\.").replaceAll("?", ".?").replaceAll("*", ".*");
  return `^(?:${pattern})$`;
}
