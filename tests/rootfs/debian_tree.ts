/** A minimal Debian below a folder: the files of a few packages and of all they depend on, from where dpkg has put them. */
import { join } from "node:path";

/** What `docs/flashing.md` says that a rootfs must have, and what an administrator expects. */
const wanted = ["base-files", "libc6", "libgcc-s1", "dash", "coreutils", "iproute2", "hostname"];

/** Not needed to run anything. */
const leftOut = ["usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/info", "usr/share/lintian"];

/**
 * @param more packages beside those that a rootfs must have
 * @returns all packages. @throws where this is no Debian, or dpkg's files can't be copied
 */
export async function layDebian(root: string, more: readonly string[] = []): Promise<string[]> {
  const packages = await withDependencies([...wanted, ...more]);
  const files = (await output("dpkg", ["-L", ...packages])).split("\n")
    .filter((line) => line.startsWith("/") && line !== "/." && !isLeftOut(line));
  const list = join(root, "packages.txt");
  await Deno.mkdir(root, { recursive: true });
  await linkMergedFolders(root);
  await Deno.writeTextFile(list, `${[...new Set(files)].map((file) => file.slice(1)).join("\n")}\n`);
  await output("sh", [
    "-euc",
    'tar -C / --no-recursion --create --files-from "$1" | tar -C "$2" --extract --keep-directory-symlink',
    "sh",
    list,
    root,
  ]);
  return packages;
}

/** `/bin` and its like where they are links into `/usr`, as base-files makes them at installation. */
async function linkMergedFolders(root: string): Promise<void> {
  for (const name of ["bin", "sbin", "lib", "lib64"]) {
    const target = await Deno.readLink(`/${name}`).catch(() => undefined);
    if (target === undefined) continue;
    await Deno.mkdir(join(root, target), { recursive: true });
    await Deno.symlink(target, join(root, name));
  }
}

function isLeftOut(file: string): boolean {
  return leftOut.some((folder) => file.startsWith(`/${folder}/`));
}

/** Of alternatives the first that is installed. */
async function withDependencies(names: readonly string[]): Promise<string[]> {
  const format = "${Package}\t${Pre-Depends}, ${Depends}\t${Provides}\t${db:Status-Status}\n";
  const needs = new Map<string, string[][]>();
  const providers = new Map<string, string>();
  for (const line of (await output("dpkg-query", ["-W", "-f", format])).split("\n")) {
    const [name = "", depends = "", provides = "", state] = line.split("\t");
    if (state !== "installed") continue;
    needs.set(
      name,
      depends.split(",").map((one) => one.split("|").map(bareName)).filter(([one]) => one !== ""),
    );
    for (const other of provides.split(",")) providers.set(bareName(other), name);
  }
  const found = new Set<string>();
  const add = (alternatives: readonly string[]) => {
    const name = alternatives.map((one) => needs.has(one) ? one : providers.get(one)).find((one) =>
      one !== undefined
    );
    if (name === undefined) {
      throw new Error(
        `the Debian tree needs ${alternatives[0]}; type:\n  apt-get install -y ${alternatives[0]}`,
      );
    }
    if (found.has(name)) return;
    found.add(name);
    for (const need of needs.get(name) ?? []) add(need);
  };
  for (const name of names) add([name]);
  return [...found].sort();
}

/** `libc6 (>= 2.34)` and `libc6:amd64` are `libc6`. */
function bareName(dependency: string): string {
  return dependency.trim().split(/[ (:]/)[0] ?? "";
}

async function output(program: string, args: readonly string[]): Promise<string> {
  const command = new Deno.Command(program, {
    args: [...args],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
  const { success, stdout, stderr } = await command.output().catch((cause) => {
    throw new Error(`${program} can't be started: the rootfs trial takes its base from Debian packages`, {
      cause,
    });
  });
  if (!success) {
    throw new Error(`${program} ${args.slice(0, 3).join(" ")}: ${new TextDecoder().decode(stderr)}`);
  }
  return new TextDecoder().decode(stdout);
}
