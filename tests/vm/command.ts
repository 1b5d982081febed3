/** Programs of this machine that a virtual one is made with: apt-get, dpkg, mke2fs, e2fsck. */

const needed = "tests/vm runs on Debian, as root, after `apt-get install -y qemu-system-x86 e2fsprogs`";

/** What it said, and its exit code. @throws {Error} if it can't be started */
export async function output(
  program: string,
  args: readonly string[],
  cwd = "/",
): Promise<{ readonly code: number; readonly text: string }> {
  const command = new Deno.Command(program, {
    args: [...args],
    cwd,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
  const { code, stdout, stderr } = await command.output().catch((cause) => {
    throw new Error(`${program} can't be started; ${needed}`, { cause });
  });
  const decoder = new TextDecoder();
  return { code, text: `${decoder.decode(stdout)}${decoder.decode(stderr)}` };
}

/** @returns what it said. @throws {Error} with its words if it fails */
export async function mustOutput(program: string, args: readonly string[], cwd = "/"): Promise<string> {
  const { code, text } = await output(program, args, cwd);
  if (code === 0) return text;
  throw new Error(`${program} ${args.join(" ")} ended with ${code}: ${text.trim()}; ${needed}`);
}
