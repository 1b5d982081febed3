/** The onboarding certificates that may register, and with which serials (`onboard/<cn>/`). @module */

import { join } from "node:path";
import { X509Certificate } from "node:crypto";
import { readTextIfPresent, removeFolder, replaceFile, subfolders } from "./state_file.ts";
import { sha256Hex } from "./digest.ts";

/** One onboarding certificate. */
export interface OnboardRecord {
  /** The certificate's CN: the onboarding key. Also the name of its folder. */
  readonly commonName: string;
  readonly certPem: string;
  /** SHA-256 of the DER, lower-case hexadecimal. */
  readonly certHash: string;
  /** What may register; `*` allows any. */
  readonly serials: readonly string[];
}

/** A folder per certificate below `dir`. */
export class OnboardStore {
  readonly #records = new Map<string, OnboardRecord>();

  constructor(readonly dir: string) {
    for (const name of subfolders(dir)) {
      const certPem = readTextIfPresent(join(dir, name, "cert.pem"));
      const serials = readTextIfPresent(join(dir, name, "onboard-serials.txt")) ?? "";
      if (certPem !== undefined) {
        this.#records.set(
          name,
          record(certPem, serials.split("\n").filter((s) => s !== "")),
        );
      }
    }
  }

  /** By name. */
  list(): OnboardRecord[] {
    return [...this.#records.values()];
  }

  get(commonName: string): OnboardRecord | undefined {
    return this.#records.get(commonName);
  }

  /** @param certHash SHA-256 of the DER, lower-case hexadecimal */
  byCertHash(certHash: string): OnboardRecord | undefined {
    return this.list().find((entry) => entry.certHash === certHash);
  }

  /**
   * Allows a certificate to register devices; replaces its list of serials.
   * @throws Error when the PEM is none, or its CN cannot name a folder.
   */
  add(certPem: string, serials: readonly string[]): OnboardRecord {
    const entry = record(certPem, serials);
    const folder = join(this.dir, entry.commonName);
    replaceFile(join(folder, "cert.pem"), certPem);
    replaceFile(join(folder, "onboard-serials.txt"), serials.map((serial) => `${serial}\n`).join(""));
    this.#records.set(entry.commonName, entry);
    return entry;
  }

  /** Devices that registered with it stay. */
  remove(commonName: string): boolean {
    if (!this.#records.delete(commonName)) return false;
    removeFolder(this.dir, commonName);
    return true;
  }
}

function record(certPem: string, serials: readonly string[]): OnboardRecord {
  const certificate = new X509Certificate(certPem);
  const commonName = certificate.subject.match(/(?:^|\n|, )CN=([^\n,]*)/)?.[1] ?? "";
  if (!/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$/.test(commonName)) {
    throw new Error(
      `the CN of an onboarding certificate names its folder; ${JSON.stringify(commonName)} cannot`,
    );
  }
  return { commonName, certPem, certHash: sha256Hex(new Uint8Array(certificate.raw)), serials: [...serials] };
}
