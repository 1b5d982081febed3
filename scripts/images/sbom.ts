/** The list of what an image is made of, in CycloneDX 1.5. Pure: the same inputs give the same bytes, so no time and no chance. */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { Arch } from "../build/arch.ts";

/** What goes in. */
export interface SbomInputs {
  readonly arch: Arch;
  /** Of this project. */
  readonly version: string;
  /** Text of `scripts/build/compile.lock`, the packages that are linked in. */
  readonly lock: string;
  /** Of Deno. */
  readonly runtimeVersion: string;
  /** Executable → SHA-256 in hex. */
  readonly executables: ReadonlyMap<string, string>;
}

/** @returns JSON text. @throws {Error} naming a package of the lock file that can't be read */
export function sbom({ arch, version, lock, runtimeVersion, executables }: SbomInputs): string {
  const components = [
    {
      type: "framework",
      name: "deno",
      version: runtimeVersion,
      description: "the runtime inside each executable",
      licenses: [{ license: { id: "MIT" } }],
      purl: `pkg:github/denoland/deno@v${runtimeVersion}`,
    },
    ...packages(lock),
    ...Array.from(executables, ([name, sum]) => ({
      type: "application",
      name,
      version,
      hashes: [{ alg: "SHA-256", content: sum }],
      properties: [{ name: "eve-comms:arch", value: arch }],
    })),
  ];
  const root = {
    type: "application",
    name: "eve-comms",
    version,
    licenses: [{ license: { id: "Apache-2.0" } }],
    purl: `pkg:generic/eve-comms@${version}?arch=${arch}`,
  };
  const id = createHash("sha256").update(JSON.stringify([root, components])).digest("hex");
  const uuid = `${id.slice(0, 8)}-${id.slice(8, 12)}-5${id.slice(13, 16)}-8${id.slice(17, 20)}-${
    id.slice(20, 32)
  }`;
  const document = {
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    serialNumber: `urn:uuid:${uuid}`,
    version: 1,
    metadata: { component: root },
    components,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function packages(lock: string) {
  const npm: Readonly<Record<string, { readonly integrity: string }>> = JSON.parse(lock).npm ?? {};
  return Object.entries(npm).map(([key, { integrity }]) => {
    const at = key.lastIndexOf("@");
    const sum = /^sha512-(.+)$/.exec(integrity)?.[1];
    if (at <= 0 || sum === undefined) {
      throw new Error(`compile.lock: ${key} has no SHA-512, got ${integrity}`);
    }
    const [name, version] = [key.slice(0, at), key.slice(at + 1)];
    return {
      type: "library",
      name,
      version,
      hashes: [{ alg: "SHA-512", content: Buffer.from(sum, "base64").toString("hex") }],
      purl: `pkg:npm/${name.replace("@", "%40")}@${version}`,
    };
  });
}
