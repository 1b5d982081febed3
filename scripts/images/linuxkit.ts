/** A linuxkit package that lays the tree over a rootfs: what `linuxkit pkg build` reads. Pure. */
import type { Arch } from "../build/arch.ts";

/** `build.yml` and `Dockerfile`, both beside the tar files of the images. */
export function linuxkitPackage(arches: readonly Arch[]): ReadonlyMap<string, string> {
  const platforms = arches.map((arch) => `linux/${arch === "aarch64" ? "arm64" : "amd64"}`);
  return new Map([
    ["build.yml", `org: lfedge\nimage: eve-comms\narches:\n${list(platforms.map((p) => p.slice(6)))}`],
    [
      "Dockerfile",
      `# COPY it into pillar's rootfs: COPY --from=lfedge/eve-comms:TAG / /
FROM scratch AS amd64
ADD eve-comms-x86_64.tar /
FROM scratch AS arm64
ADD eve-comms-aarch64.tar /
FROM \${TARGETARCH}
`.replace("FROM scratch AS amd64", "ARG TARGETARCH\nFROM scratch AS amd64"),
    ],
  ]);
}

function list(items: readonly string[]): string {
  return items.map((item) => `  - ${item}\n`).join("");
}
