/** The hosts file: names that need no name server. Pure. */
import { isIP } from "node:net";

/** The addresses of a name, in the order of the file. */
export function addressesInHosts(text: string, host: string): string[] {
  const wanted = host.toLowerCase();
  return text.split("\n").flatMap((line) => {
    const [address = "", ...names] = line.replace(/#.*/, "").trim().split(/\s+/);
    return isIP(address) !== 0 && names.some((name) => name.toLowerCase() === wanted) ? [address] : [];
  });
}
