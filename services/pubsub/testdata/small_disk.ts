/** A file system of 64 kB, to be filled up by tests. Needs root: the tests of CI run as root. */

/** Runs a test in a folder that is a tmpfs of its own; fails clearly where none can be mounted. */
export async function withSmallDisk(body: (folder: string) => Promise<void> | void): Promise<void> {
  const folder = Deno.makeTempDirSync({ prefix: "disk" });
  run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder);
  try {
    await body(folder);
  } finally {
    run("umount", "--lazy", folder);
    Deno.removeSync(folder);
  }
}

function run(command: string, ...args: string[]): void {
  const { success, stderr } = new Deno.Command(command, { args, stdout: "null", stderr: "piped" })
    .outputSync();
  if (success) return;
  const message = new TextDecoder().decode(stderr).trim();
  throw new Error(`this test mounts a small tmpfs and must run as root: ${command} failed: ${message}`);
}
