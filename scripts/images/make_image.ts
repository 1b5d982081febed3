/** Lays an image's tree on the disk and packs it; the same executables give the same bytes, whenever and wherever. */
import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import type { ImageExecutable, Member } from "./tree.ts";

/**
 * Makes `folder/rootfs` anew.
 * @param executable where an executable of this image's processor is
 * @throws naming the member that can't be made
 */
export async function layTree(
  folder: string,
  members: readonly Member[],
  executable: (name: ImageExecutable) => string,
): Promise<void> {
  const rootfs = join(folder, "rootfs");
  await Deno.remove(rootfs, { recursive: true }).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  for (const member of members) {
    const path = join(rootfs, member.path);
    await Deno.mkdir(dirname(path), { recursive: true });
    switch (member.kind) {
      case "folder":
        await Deno.mkdir(path, { recursive: true });
        break;
      case "text":
        await Deno.writeTextFile(path, member.text);
        break;
      case "executable":
        await Deno.copyFile(executable(member.executable), path);
        break;
      case "link":
        await Deno.symlink(member.target, path);
        continue;
    }
    await Deno.chmod(path, member.mode);
  }
}

/** GNU tar of `folder/rootfs` with sorted names, owner 0 and no times. @throws with what tar said */
export async function packTree(folder: string, output: string): Promise<void> {
  const { success, stderr } = await new Deno.Command("tar", {
    args: [
      ...["--sort=name", "--format=ustar", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner"],
      ...["-C", join(folder, "rootfs"), "-cf", output, "opt"],
    ],
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(`tar of ${folder}/rootfs failed: ${new TextDecoder().decode(stderr)}`);
}

/** SHA-256 of a file, in hex. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  using file = await Deno.open(path);
  for await (const chunk of file.readable) hash.update(chunk);
  return hash.digest("hex");
}
