/** A controller's certificates in a folder. @module */

import { join } from "node:path";
import { type KeyedCertificate, readCertificate } from "./certificate.ts";
import type { ControllerPki } from "./controller_pki.ts";

/** Writes `<name>.pem` (0644) and `<name>-key.pem` (0600) for root, server, signing, ecdh and `intermediate-<n>`. */
export async function writeControllerPki(dir: string, pki: ControllerPki): Promise<void> {
  await Deno.mkdir(dir, { recursive: true });
  for (const [name, certificate] of named(pki)) {
    await Deno.writeTextFile(join(dir, `${name}.pem`), certificate.certPem, { mode: 0o644 });
    await Deno.writeTextFile(join(dir, `${name}-key.pem`), certificate.keyPem, { mode: 0o600 });
  }
}

/** Reads back what {@linkcode writeControllerPki} wrote; undefined when there is no `root.pem`. */
export async function readControllerPki(dir: string): Promise<ControllerPki | undefined> {
  const intermediates: KeyedCertificate[] = [];
  for (let level = 1;; level++) {
    const certificate = await readPair(dir, `intermediate-${level}`);
    if (certificate === undefined) break;
    intermediates.push(certificate);
  }
  const [root, server, signing, ecdh] = await Promise.all(
    ["root", "server", "signing", "ecdh"].map((name) => readPair(dir, name)),
  );
  if (root === undefined) return undefined;
  if (server === undefined || signing === undefined || ecdh === undefined) {
    throw new Error(`${dir} holds a root certificate but not all of server, signing and ecdh`);
  }
  return { root, intermediates, server, signing, ecdh };
}

function named(pki: ControllerPki): [string, KeyedCertificate][] {
  const { root, server, signing, ecdh } = pki;
  const intermediates = pki.intermediates.map((certificate, index): [string, KeyedCertificate] => [
    `intermediate-${index + 1}`,
    certificate,
  ]);
  return [["root", root], ...intermediates, ["server", server], ["signing", signing], ["ecdh", ecdh]];
}

async function readPair(dir: string, name: string): Promise<KeyedCertificate | undefined> {
  try {
    const certPem = await Deno.readTextFile(join(dir, `${name}.pem`));
    return await readCertificate(certPem, await Deno.readTextFile(join(dir, `${name}-key.pem`)));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
