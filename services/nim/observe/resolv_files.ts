/** The files that DHCP clients and the wwan agent leave for each port (`spec/nim.md §13.2`). */
import { resolvConfExtensions } from "./port_resolv_conf.ts";

/** The two folders. @param run `/run`, with the device's root in front */
export function resolvConfFolders(run: string): readonly string[] {
  return [`${run}/dhcpcd/resolv.conf`, `${run}/wwan/resolv.conf`];
}

/** Is it `<ifname>.dhcp`, `.dhcp6` or `.ra`? */
export function isPortResolvConf(file: string): boolean {
  return resolvConfExtensions.some((extension) => file.endsWith(`.${extension}`));
}

/** Interface name → the texts of its files; a file that can't be read is as one that is not there. */
export function readPortResolvConfs(run: string): ReadonlyMap<string, readonly string[]> {
  const folders = resolvConfFolders(run);
  const names = new Set(
    folders.flatMap(listed).filter(isPortResolvConf).map((file) => file.replace(/\.[^.]+$/, "")),
  );
  return new Map(
    [...names].toSorted().map((name) => {
      const texts = folders.flatMap((folder) =>
        resolvConfExtensions.map((extension) => readResolvConf(`${folder}/${name}.${extension}`))
      );
      return [name, texts.filter((text) => text !== undefined)];
    }),
  );
}

/** @returns `undefined` if it can't be read */
export function readResolvConf(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return undefined;
  }
}

function listed(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name);
  } catch {
    return [];
  }
}
