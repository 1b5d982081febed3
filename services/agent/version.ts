/** The version of this project, as every program prints it. */
import project from "../../deno.json" with { type: "json" };

/** The version in `deno.json`, e.g. `0.1.0`. */
export const version: string = project.version;

/** When this version was made, in milliseconds since 1970; raised with the version. No clock of a device can be right before it. */
export const releasedAt: number = Date.parse(project.releaseDate);

/** E.g. `client eve-comms 0.1.0 (deno 2.7.14, x86_64)`. */
export function versionText(program: string): string {
  return `${program} eve-comms ${version} (deno ${Deno.version.deno}, ${Deno.build.arch})`;
}
