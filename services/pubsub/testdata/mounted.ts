/** A tmpfs of its own for a test. Needs root: the tests of CI run as root. */

/** A mounted folder; it is gone at the end of its block. */
export interface Mounted extends AsyncDisposable {
  readonly folder: string;
  /** Remounts it read-only, or for reading and writing again. @throws {Error} with mount's words */
  setReadOnly(readOnly: boolean): Promise<void>;
}

/**
 * @param size as mount takes it, e.g. `64k`
 * @param inodes how many it has; as many as the kernel likes by default
 * @throws {Error} that says what is needed
 */
export async function mountTmpfs(folder: string, size: string, inodes?: number): Promise<Mounted> {
  await Deno.mkdir(folder, { recursive: true });
  const options = inodes === undefined ? `size=${size}` : `size=${size},nr_inodes=${inodes}`;
  await run("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder);
  return {
    folder,
    setReadOnly: (readOnly) => run("mount", "-o", readOnly ? "remount,ro" : "remount,rw", folder),
    [Symbol.asyncDispose]: () => run("umount", "--lazy", folder),
  };
}

async function run(command: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(command, { args, stdout: "null", stderr: "piped" })
    .output();
  if (success) return;
  const message = new TextDecoder().decode(stderr).trim();
  throw new Error(
    `this test mounts a tmpfs and must run as root (CAP_SYS_ADMIN): ${command} ${
      args.join(" ")
    } failed: ${message}`,
  );
}
