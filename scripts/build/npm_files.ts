/**
 * Which files of the npm packages go into an executable. The compiler packs whole packages, and a running program keeps all
 * that is packed in memory: 6 MB of declarations, source maps and forms for browsers in each process.
 */
import { dirname, join } from "node:path";

/** Package → the files and folders that programs import, as paths below the package. `package.json` is always kept. */
const kept: Readonly<Record<string, readonly string[]>> = {
  "@leichtgewicht/ip-codec": ["index.cjs", "index.mjs"],
  "@noble/ciphers": ["_polyval.js", "aes.js", "utils.js"],
  "deno-std": ["cli/parse_args.js", "http/status.js"],
  "dns-packet": ["classes.js", "index.js", "opcodes.js", "optioncodes.js", "rcodes.js", "types.js"],
  "long": ["index.js", "umd/index.js", "umd/package.json"],
  "protobufjs": ["minimal.js", "src"],
  "quickjs-wasi": ["dist/index.js", "dist/version.js", "dist/wasi-shim.js", "quickjs.wasm"],
};

/**
 * Flags for `deno compile` that leave the rest out.
 * @param config of the compiler, with `compile.lock` beside it @param entries modules whose packages are fetched if need be
 * @throws {Error} naming a package that nobody has listed
 */
export async function npmFileFlags(config: string, entries: readonly string[]): Promise<string[]> {
  const flags: string[] = [];
  for (const { name, folder } of await packages(config, entries)) {
    for (const path of unwanted(folder, ["package.json", ...filesOf(name)])) flags.push("--exclude", path);
  }
  return flags;
}

interface Package {
  readonly name: string;
  readonly folder: string;
}

async function packages(config: string, entries: readonly string[]): Promise<Package[]> {
  const lock: { npm?: Record<string, unknown> } = JSON.parse(
    await Deno.readTextFile(join(dirname(config), "compile.lock")),
  );
  const ids = Object.keys(lock.npm ?? {});
  for (const id of ids) filesOf(nameOf(id));
  const found = await cached(ids);
  if (found.length === ids.length) return found;
  await deno("cache", "--quiet", "--config", config, ...entries);
  const fetched = await cached(ids);
  if (fetched.length === ids.length) return fetched;
  throw new Error(`${config}: expected ${ids.length} npm packages in the cache, found ${fetched.length}`);
}

/** `@noble/ciphers` of `@noble/ciphers@2.4.0`. */
function nameOf(id: string): string {
  return id.slice(0, id.lastIndexOf("@"));
}

function filesOf(name: string): readonly string[] {
  const files = kept[name];
  if (files !== undefined) return files;
  throw new Error(`${name} is not in scripts/build/npm_files.ts: say which of its files programs import`);
}

async function cached(ids: readonly string[]): Promise<Package[]> {
  const { npmCache }: { npmCache: string } = JSON.parse(await deno("info", "--json"));
  const registries = await foldersIn(npmCache);
  return ids.flatMap((id) => {
    const name = nameOf(id);
    const version = id.slice(name.length + 1);
    const folder = registries.map((registry) => join(npmCache, registry, name, version)).find(isFolder);
    return folder === undefined ? [] : [{ name, folder }];
  });
}

async function deno(...args: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args: [...args] }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (!success) throw new Error(`deno ${args[0]} failed:\n${text(stderr)}`);
  return text(stdout);
}

async function foldersIn(folder: string): Promise<string[]> {
  try {
    return await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** The largest subtrees of a folder that hold nothing of what is kept. */
function unwanted(folder: string, keep: readonly string[], below = ""): string[] {
  const paths: string[] = [];
  for (const { name, isDirectory } of Deno.readDirSync(join(folder, below))) {
    const path = below === "" ? name : `${below}/${name}`;
    if (keep.includes(path)) continue;
    const holdsKept = isDirectory && keep.some((each) => each.startsWith(`${path}/`));
    if (holdsKept) paths.push(...unwanted(folder, keep, path));
    else paths.push(join(folder, path));
  }
  return paths.sort();
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}
