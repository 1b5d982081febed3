/** `./scripts/run images [--arch x86_64|aarch64]`: what goes into a rootfs, `dist/images/` (docs/flashing.md). */
import { parseArgs } from "@std/cli/parse-args";
import { join } from "node:path";
import { build } from "./build.ts";
import { type Arch, arches } from "./build/arch.ts";
import { checkout, executable } from "./build/compile.ts";
import { linuxkitPackage } from "./images/linuxkit.ts";
import { layTree, packTree, sha256Of } from "./images/make_image.ts";
import { sbom } from "./images/sbom.ts";
import { imageExecutables, imageMembers } from "./images/tree.ts";
import project from "../deno.json" with { type: "json" };

/** Makes tree, tar and list of parts for each processor, then the sums of all. @returns the files, below `folder` */
export async function makeImages(folder: string, wanted: readonly Arch[]): Promise<readonly string[]> {
  await build(wanted, imageExecutables, "device");
  const files: string[] = [];
  const write = async (name: string, text: string) => {
    await Deno.writeTextFile(join(folder, name), text);
    files.push(name);
  };
  for (const arch of wanted) {
    const tree = join(folder, arch);
    await Deno.mkdir(tree, { recursive: true });
    await layTree(tree, imageMembers(), (name) => executable(arch, name, "device"));
    const tar = `eve-comms-${arch}.tar`;
    await packTree(tree, join(folder, tar));
    files.push(tar);
    const sums = await Promise.all(
      imageExecutables.map(async (
        name,
      ): Promise<[string, string]> => [name, await sha256Of(executable(arch, name, "device"))]),
    );
    const lock = await Deno.readTextFile(join(checkout, "scripts/build/compile.lock"));
    const inputs = { arch, version: project.version, lock, runtimeVersion: Deno.version.deno };
    await write(`eve-comms-${arch}.cdx.json`, sbom({ ...inputs, executables: new Map(sums) }));
  }
  for (const [name, text] of linuxkitPackage(wanted)) await write(name, text);
  const lines = await Promise.all(
    files.toSorted().map(async (name) => `${await sha256Of(join(folder, name))}  ${name}\n`),
  );
  await write("SHA256SUMS", lines.join(""));
  return files;
}

if (import.meta.main) {
  try {
    const { arch } = parseArgs(Deno.args, { string: ["arch"] });
    const wanted = arch === undefined ? arches : arches.filter((one) => one === arch);
    if (wanted.length === 0) throw new Error(`unknown arch "${arch}", expected one of ${arches.join(", ")}`);
    const folder = join(checkout, "dist", "images");
    for (const file of await makeImages(folder, wanted)) {
      console.log(`dist/images/${file}  ${((await Deno.stat(join(folder, file))).size / 1e6).toFixed(1)} MB`);
    }
  } catch (error) {
    console.error(`images: ${error instanceof Error ? error.message : error}`);
    Deno.exit(1);
  }
}
