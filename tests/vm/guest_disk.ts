/** The machine's root disk: a minimal Debian, kernel modules, Deno, this checkout with its executables. An ext4 image. */
import { join } from "node:path";
import { checkout } from "../../scripts/build/compile.ts";
import { layDebian } from "../rootfs/debian_tree.ts";
import { mustOutput } from "./command.ts";
import type { DebianParts } from "./debian.ts";

/** Beside what a rootfs needs: what the labs of `tests/netns` start. */
const packages = ["procps", "nftables", "curl", "dhcpcd-base", "dnsmasq-base", "mount", "util-linux"];

/** Applets of busybox that Debian's own packages do not bring. */
const applets = ["modprobe", "poweroff"];

/** Scripts that the machine's labs start. */
const startedInside = [
  "scripts/controller.ts",
  "tests/netns/children/nameserver.ts",
  "tests/vm/guest/nim_layers.ts",
];

/** What Debian makes at installation. */
const etc: Readonly<Record<string, string>> = {
  passwd: "root:x:0:0:root:/root:/bin/sh\n",
  group: "root:x:0:\n",
  hosts: "127.0.0.1 localhost\n",
  "resolv.conf": "",
  "nsswitch.conf": "hosts: files dns\n",
};

const leftOut = [".git", "dist", "docs"];

/** Makes the image. @param folder for the image and the tree it is made of @throws {Error} with the words of what failed */
export async function makeGuestDisk(
  folder: string,
  { modules, release, busybox }: DebianParts,
  executables: readonly string[],
  layMore: (tree: string) => Promise<void> = () => Promise.resolve(),
): Promise<string> {
  const tree = join(folder, "tree");
  await layDebian(tree, packages);
  for (const path of ["dev", "proc", "sys", "run", "tmp", "root", "mnt", "lib/modules", "usr/local/bin"]) {
    await Deno.mkdir(join(tree, path), { recursive: true });
  }
  await mustOutput("mknod", [join(tree, "dev/console"), "c", "5", "1"]);
  for (const [name, text] of Object.entries(etc)) await Deno.writeTextFile(join(tree, "etc", name), text);
  await Deno.copyFile(busybox, join(tree, "usr/sbin/busybox"));
  for (const name of applets) await Deno.symlink("busybox", join(tree, "usr/sbin", name));
  await mustOutput("cp", ["-a", modules, join(tree, "lib/modules", release)]);
  await layCheckout(join(tree, checkout), executables);
  await Deno.symlink(checkout, join(tree, "eve-comms"));
  await Deno.copyFile(Deno.execPath(), join(tree, "usr/local/bin/deno"));
  await layDenoCache(join(tree, "root/deno"));
  await layMore(tree);
  const image = join(folder, "root.img");
  await mustOutput("mke2fs", ["-q", "-t", "ext4", "-O", "^has_journal", "-d", tree, image, "2G"]);
  await Deno.remove(tree, { recursive: true });
  return image;
}

/** Packages of npm, and this checkout's modules as JavaScript, so that the machine need not translate them. */
async function layDenoCache(to: string): Promise<void> {
  await mustOutput(Deno.execPath(), ["cache", "--quiet", "--no-lock", ...startedInside], checkout);
  const { denoDir } = JSON.parse(await mustOutput(Deno.execPath(), ["info", "--json"])) as {
    readonly denoDir: string;
  };
  await Deno.mkdir(to, { recursive: true });
  await mustOutput("cp", ["-a", join(denoDir, "npm"), to]);
  const translated = join("gen/file", checkout);
  await Deno.mkdir(join(to, translated, ".."), { recursive: true });
  await mustOutput("cp", ["-a", join(denoDir, translated), join(to, translated)]);
}

/** As it stands here, with changes that are not committed. */
async function layCheckout(to: string, executables: readonly string[]): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for (const { name } of Deno.readDirSync(checkout)) {
    if (!leftOut.includes(name)) await mustOutput("cp", ["-a", join(checkout, name), to]);
  }
  for (const path of executables) {
    const copy = join(to, path.slice(checkout.length));
    await Deno.mkdir(join(copy, ".."), { recursive: true });
    await Deno.copyFile(path, copy);
  }
}
