/** A root folder with mounts, host name and IPC of its own, that programs enter by chroot; gone with its block. */
import type { Launch } from "../../scripts/demo/processes.ts";

/** Before a program can run in it: `/proc`, and the device files that the runtime opens. */
const setUp = `set -e
mount -t proc proc "$1/proc"
mkdir -p "$1/dev"
for node in null zero urandom; do
  : >>"$1/dev/$node"
  mount --bind "/dev/$node" "$1/dev/$node"
done
`;

/** See {@linkcode encloseRoot}. */
export interface Enclosure extends AsyncDisposable {
  /** The command that runs one in it. */
  command(program: string, args: readonly string[]): readonly [string, readonly string[]];
}

/** Makes the namespaces and keeps them by one process that does nothing. @throws with what mount said */
export async function encloseRoot(root: string): Promise<Enclosure> {
  await Deno.mkdir(`${root}/proc`, { recursive: true });
  const holder = new Deno.Command("unshare", {
    args: ["--mount", "--uts", "--ipc", "sh", "-c", `${setUp}echo ready\nexec cat`, "sh", root],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const said = new Response(holder.stderr).text();
  const reader = holder.stdout.getReader();
  const close = async () => {
    await reader.cancel();
    await holder.stdin.close().catch(() => {});
    await holder.status;
    await said;
  };
  const { value } = await reader.read();
  if (value === undefined) {
    await close();
    throw new Error(`a root folder of its own needs root (CAP_SYS_ADMIN): ${await said}`);
  }
  return {
    command: (program, args) => {
      const enter = ["--target", String(holder.pid), "--mount", "--uts", "--ipc"];
      return ["nsenter", [...enter, "chroot", root, program, ...args]];
    },
    [Symbol.asyncDispose]: close,
  };
}

/**
 * Starts the links of `/opt/zededa/bin` in it, on the real paths of a device.
 * @param places a path outside → the same inside; the root folder itself is left out with its option
 */
export function launchEnclosed(
  enclosure: Enclosure,
  root: string,
  places: Readonly<Record<string, string>>,
): Launch {
  return (program, args) => {
    const at = args.indexOf(root);
    const kept = at < 0 ? args : args.toSpliced(at - 1, 2);
    return enclosure.command(`/opt/zededa/bin/${program}`, kept.map((word) => places[word] ?? word));
  };
}

/** Commands of a root folder that has process numbers of its own too: all that it starts ends with it. */
export function runWhole(root: string, script: string): Deno.ChildProcess {
  const namespaces = ["--mount", "--uts", "--ipc", "--pid", "--fork", "--kill-child"];
  return new Deno.Command("unshare", {
    args: [...namespaces, "sh", "-c", `${setUp}exec chroot "$1" /bin/sh -euc "$2"`, "sh", root, script],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}
