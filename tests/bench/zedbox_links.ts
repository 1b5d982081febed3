/** zedbox in the form that is flashed: five links to one file. */
import { type Program, programs } from "../../scripts/permissions.ts";

/** @param parent for a new folder with the links; the caller removes it */
export function linksTo(zedbox: string, parent: string) {
  const folder = Deno.makeTempDirSync({ dir: parent, prefix: "eve-comms-links-" });
  const links = new Map<Program, string>(programs.map((program) => [program, `${folder}/${program}`]));
  for (const link of links.values()) Deno.symlinkSync(zedbox, link);
  return { folder, programs: links };
}
