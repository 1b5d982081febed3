/**
 * zedbox may do what its five programs need together. As one of them it gives up the rest before it does anything, so that a
 * link is no more than the executable of that name (`scripts/permissions.ts`; a test holds the two together).
 */
import type { BoxedProgram } from "./choose.ts";

const commands = (...names: readonly string[]): Deno.PermissionDescriptor[] =>
  names.map((command) => ({ name: "run", command }));
const hostFacts: Deno.PermissionDescriptor = { name: "sys" };
/** Only where folders are named one by one; diag of the other form is kept out of `/persist` by its executable alone. */
const persist: Deno.PermissionDescriptor = { name: "write", path: "/persist" };

/** Program → what it has no use for. */
export const unused: Readonly<Record<BoxedProgram, readonly Deno.PermissionDescriptor[]>> = {
  client: [...commands("client", "ip"), hostFacts],
  zedagent: commands("hostname"),
  loguploader: [...commands("client", "hostname", "ip", "dmidecode"), hostFacts],
  nim: [...commands("client", "hostname", "dmidecode", "tpm2_sign"), hostFacts],
  diag: [...commands("client", "hostname", "ip", "dmidecode"), hostFacts, persist],
};

/** For the rest of this process; it can't be taken back. */
export function giveUpUnused(program: BoxedProgram): void {
  for (const descriptor of unused[program]) Deno.permissions.revokeSync(descriptor);
}
