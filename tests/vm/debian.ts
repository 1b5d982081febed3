/** Kernel and busybox of the machine, from Debian's packages: fetched once, unpacked in the cache folder, never installed. */
import { join } from "node:path";
import { cacheFolder } from "../../scripts/build/cache.ts";
import { mustOutput } from "./command.ts";

/** Depends on the newest kernel for virtual machines: it has bonds, VLANs and veth, and NVMe and ext4 built in. */
const kernelPackage = "linux-image-cloud-amd64";

/** Where the parts are. */
export interface DebianParts {
  readonly vmlinuz: string;
  /** `lib/modules/<release>`, with what `depmod` makes. */
  readonly modules: string;
  readonly release: string;
  /** One static executable: modprobe, mount, poweroff. */
  readonly busybox: string;
}

/** @throws {Error} where this is no Debian, or its packages can't be fetched */
export async function debianParts(): Promise<DebianParts> {
  const depends = await mustOutput("apt-cache", ["depends", "--important", kernelPackage]);
  const image = /Depends: (linux-image-\S+)/.exec(depends)?.[1];
  if (image === undefined) {
    throw new Error(`${kernelPackage} names no kernel; \`apt-get update\` first? apt-cache said: ${depends}`);
  }
  const [kernel, static_] = [await unpacked(image), await unpacked("busybox-static")];
  const release = image.replace("linux-image-", "");
  const busybox = join(static_, "bin/busybox");
  const modules = join(kernel, "lib/modules", release);
  if (!await exists(join(modules, "modules.dep"))) {
    await mustOutput(busybox, ["depmod", "-b", kernel, release]);
  }
  return { vmlinuz: join(kernel, "boot", `vmlinuz-${release}`), modules, release, busybox };
}

/** The folder of a package, of whatever version was fetched first. */
async function unpacked(name: string): Promise<string> {
  const folder = join(cacheFolder(), "vm", name);
  if (await exists(folder)) return folder;
  const temporary = `${folder}.${Deno.pid}`;
  await Deno.mkdir(temporary, { recursive: true });
  try {
    await mustOutput("apt-get", ["download", "-qq", name], temporary);
    const [archive] = Array.from(Deno.readDirSync(temporary), (entry) => entry.name);
    if (archive === undefined) throw new Error(`apt-get download ${name} left no file`);
    await mustOutput("dpkg", ["-x", archive, "unpacked"], temporary);
    await Deno.rename(join(temporary, "unpacked"), folder);
    return folder;
  } finally {
    await Deno.remove(temporary, { recursive: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
