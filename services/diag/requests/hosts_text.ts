/** `/etc/hosts` of the device. */
import type { DevicePaths } from "../../agent/mod.ts";

/** Without a file no name is known to it, which is no error. */
export function hostsText(paths: Pick<DevicePaths, "hosts">): string {
  try {
    return Deno.readTextFileSync(paths.hosts);
  } catch {
    return "";
  }
}
