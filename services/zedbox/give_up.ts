/**
 * zedbox may do what its five programs need together. As one of them it gives up the rest before it does anything, so that a
 * link is no more than the executable of that name (`scripts/permissions.ts`; a test holds the two together).
 */
import type { BoxedProgram } from "./choose.ts";

const commands = (...names: readonly string[]): Deno.PermissionDescriptor[] =>
  names.map((command) => ({ name: "run", command }));
const facts = (
  ...kinds: readonly NonNullable<Deno.SysPermissionDescriptor["kind"]>[]
): Deno.PermissionDescriptor[] => kinds.map((kind) => ({ name: "sys", kind }));
const hostFacts = facts("hostname", "osRelease", "systemMemoryInfo", "osUptime", "loadavg");
const diskFacts = facts("statfs");
/** Only where folders are named one by one; diag of the other form is kept out of `/persist` by its executable alone. */
const persist: Deno.PermissionDescriptor = { name: "write", path: "/persist" };

const resolver: Deno.PermissionDescriptor = { name: "write", path: "/etc/resolv.conf" };
const networkTools = commands("dhcpcd", "dnsmasq", "kill", "rfkill", "wpa_supplicant", "wpa_cli");
const decrypting = commands("tpm2_ecdhzgen");

/** Program → what it has no use for. */
export const unused: Readonly<Record<BoxedProgram, readonly Deno.PermissionDescriptor[]>> = {
  client: [...commands("client", "ip"), ...networkTools, ...decrypting, ...hostFacts, ...diskFacts, resolver],
  zedagent: [...commands("hostname"), ...networkTools, ...diskFacts, resolver],
  loguploader: [
    ...commands("client", "hostname", "ip", "dmidecode"),
    ...networkTools,
    ...decrypting,
    ...hostFacts,
    resolver,
  ],
  nim: [...commands("client", "hostname", "dmidecode", "tpm2_sign"), ...hostFacts, ...diskFacts],
  diag: [
    ...commands("client", "hostname", "ip", "dmidecode"),
    ...networkTools,
    ...decrypting,
    ...hostFacts,
    ...diskFacts,
    persist,
    resolver,
  ],
};

/** For the rest of this process; it can't be taken back. */
export function giveUpUnused(program: BoxedProgram): void {
  for (const descriptor of unused[program]) Deno.permissions.revokeSync(descriptor);
}
