/** Where a PAC file is looked for when none is configured: the WPAD walk (`spec/controllerconn.md §6.5`). */
import { PacError } from "./error.ts";

const PAC_MEDIA_TYPE = "application/x-ns-proxy-autoconfig";

const NAME = /^[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_][a-z0-9_-]{0,62})*$/;

/**
 * The URLs to try, first to last, until one answers with a PAC file: `http://wpad.DOMAIN/wpad.dat`, then with the
 * leading label dropped each time, while a dot is left. `a.b.c.d` gives `wpad.a.b.c.d`, `wpad.b.c.d`, `wpad.c.d`; a
 * domain without a dot gives its one URL.
 * @param domainName `DomainName` of the port; case, white space around it and a dot behind it do not matter
 * @throws {PacError} kind `no-domain`: the name is empty or no host name
 */
export function wpadURLs(domainName: string): readonly string[] {
  const domain = domainName.trim().replace(/\.$/, "").toLowerCase();
  if (domain === "") {
    throw new PacError("no-domain", "WPAD: the port has no DomainName; no proxy is looked for");
  }
  if (domain.length > 253 || !NAME.test(domain)) {
    const arrived = JSON.stringify(domainName.slice(0, 100));
    throw new PacError("no-domain", `WPAD: DomainName ${arrived} is no domain name; no proxy is looked for`);
  }
  const labels = domain.split(".");
  const last = Math.max(1, labels.length - 1);
  return Array.from(
    { length: last },
    (_, dropped) => `http://wpad.${labels.slice(dropped).join(".")}/wpad.dat`,
  );
}

/**
 * Whether an answer's `Content-Type` is that of a PAC file, parameters ignored.
 * @param header undefined: the answer has none, and is no PAC file
 */
export function isPacContentType(header: string | undefined): boolean {
  return header?.split(";")[0]?.trim().toLowerCase() === PAC_MEDIA_TYPE;
}
