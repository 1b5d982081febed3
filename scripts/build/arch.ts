/** The two processors that eve-comms is built for. */

/** As in `dist/<arch>/`. */
export type Arch = "x86_64" | "aarch64";

export const arches: readonly Arch[] = ["x86_64", "aarch64"];

/** The processor this runs on. */
export const hostArch: Arch = Deno.build.arch;

/** What `deno compile --target` calls it. */
export function compileTarget(arch: Arch): string {
  return `${arch}-unknown-linux-gnu`;
}
