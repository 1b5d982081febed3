/**
 * The controller's certificates in use: primary and backup, verified once and again when the stored bytes change
 * (`spec/device-api.md §5`, `spec/controllerconn.md §10.3, 10.5`). A message signed by the backup does not replace the primary.
 */
import { parseAuthContainer, payloadOf } from "./auth_container.ts";
import { verifyControllerCerts } from "./cert_chain.ts";
import { clockDoubt } from "./clock_doubt.ts";
import { decodeControllerCerts, sameCertHashes } from "./controller_cert_list.ts";
import type { ControllerCertStore } from "./controller_cert_store.ts";
import { ControllerConnError } from "./error.ts";
import { SenderStatus } from "./sender_status.ts";
import type { OpenedEnvelope, ZCert } from "./types.ts";
import {
  type EnvelopeFault,
  headerFault,
  neverThrow,
  signatureFault,
  type SigningCert,
  toSigningCert,
} from "./verify_envelope.ts";

interface VerifiedList {
  /** Base64 of the stored bytes. */
  readonly source: string;
  readonly certs: readonly ZCert[];
  readonly signing: SigningCert;
}

type Place = "primary" | "backup";

const EMPTY = new Uint8Array(0);

export class ControllerCerts {
  readonly #store: ControllerCertStore;
  readonly #rootPem: string;
  readonly #now: () => number;
  readonly #builtAt: number | undefined;
  readonly #verified: Partial<Record<Place, VerifiedList>> = {};

  /** @param builtAt a clock before it is named where a list is refused */
  constructor(store: ControllerCertStore, rootPem: string, now: () => number, builtAt?: number) {
    this.#store = store;
    this.#rootPem = rootPem;
    this.#now = now;
    this.#builtAt = builtAt;
  }

  /** See `Client.controllerCerts`. */
  current(): readonly ZCert[] | undefined {
    for (const place of ["primary", "backup"] as const) {
      const list = this.#reload(place);
      if (!(list instanceof ControllerConnError)) return list.certs;
    }
    return undefined;
  }

  /** See `Client.removeAndVerifyAuthContainer`. */
  open(contents: Uint8Array): OpenedEnvelope {
    return neverThrow(() => this.#open(contents));
  }

  /** See `Client.acceptControllerCerts`. */
  accept(contents: Uint8Array): { certs: readonly ZCert[]; changed: boolean } {
    const payload = payloadOf(parseAuthContainer(contents));
    const list = this.#verify(payload);
    const changed = !this.#isStored(list);
    this.#verified.primary = list;
    if (changed) this.#save(payload);
    return { certs: list.certs, changed };
  }

  #open(contents: Uint8Array): OpenedEnvelope {
    const container = parseAuthContainer(contents);
    const payload = payloadOf(container);
    const signer = this.#signerOf((signing) => headerFault(container, signing));
    if ("error" in signer) return { payload: EMPTY, ...signer };
    const wrong = signatureFault(container, payload, signer);
    if (wrong !== undefined) return { payload: EMPTY, ...wrong };
    return { payload, status: SenderStatus.SenderStatusNone };
  }

  /** The certificate that an envelope names; the first fault if none of ours is named. */
  #signerOf(check: (signing: SigningCert) => EnvelopeFault | undefined): SigningCert | EnvelopeFault {
    const known = this.#verified.primary;
    let fault = known === undefined ? undefined : check(known.signing);
    if (known !== undefined && fault === undefined) return known.signing;
    if (fault !== undefined && fault.status !== SenderStatus.SenderStatusCertMiss) return fault;
    const problems: string[] = [];
    // Not named by what is in memory: another process may have stored a newer list.
    for (const place of ["primary", "backup"] as const) {
      const list = this.#reload(place);
      if (list instanceof ControllerConnError) {
        problems.push(list.message);
        continue;
      }
      const here = check(list.signing);
      if (here === undefined) return list.signing;
      fault ??= here;
    }
    return fault ?? {
      status: SenderStatus.SenderStatusCertMiss,
      error: new ControllerConnError(
        "no-controller-cert",
        `no usable controller certificate is stored, so the answer can't be verified and is not used; ` +
          `fetch the controller's certificates (${problems.join("; ")})`,
      ),
    };
  }

  /** The list as stored now, verified; from memory if the bytes are the same. */
  #reload(place: Place): VerifiedList | ControllerConnError {
    const name = place === "primary" ? "controllercerts" : "controllercerts.bak";
    try {
      const bytes = this.#store.load(place);
      if (bytes === undefined || bytes.length === 0) {
        return new ControllerConnError(
          "no-controller-cert",
          `${name}: ${bytes === undefined ? "absent" : "empty"}`,
        );
      }
      const known = this.#verified[place];
      if (known?.source === bytes.toBase64()) return known;
      const list = this.#verify(bytes, this.#store.storedAt?.(place));
      this.#verified[place] = list;
      return list;
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      return new ControllerConnError("no-controller-cert", `${name}: ${reason}`, [], { cause });
    }
  }

  /**
   * @param storedAt a clock before it is wrong, as that of a device without a battery that wakes up in 1970
   * (`spec/zedagent.md §21`, W3), or was wrong when the list was stored: the list is good if it is at one of the two times
   */
  #verify(bytes: Uint8Array, storedAt = 0): VerifiedList {
    const now = this.#now();
    if (now >= storedAt) return this.#verifyAt(bytes, now);
    try {
      return this.#verifyAt(bytes, now);
    } catch {
      return this.#verifyAt(bytes, storedAt);
    }
  }

  #verifyAt(bytes: Uint8Array, now: number): VerifiedList {
    const certs = decodeControllerCerts(bytes);
    try {
      const { signing } = verifyControllerCerts(certs, this.#rootPem, now, { requireEcdh: true });
      return { source: bytes.toBase64(), certs, signing: toSigningCert(signing) };
    } catch (cause) {
      const doubt = clockDoubt({ now, builtAt: this.#builtAt });
      if (doubt === "" || !(cause instanceof ControllerConnError)) throw cause;
      throw new ControllerConnError(cause.kind, cause.message + doubt, [], { cause });
    }
  }

  /** Same set of `certHash` values, and the same bytes of the signing certificate: its hash is what envelopes name. */
  #isStored(list: VerifiedList): boolean {
    try {
      const bytes = this.#store.load("primary");
      if (bytes === undefined) return false;
      const stored = decodeControllerCerts(bytes);
      return sameCertHashes(stored, list.certs) &&
        list.certs.every(({ cert }) => stored.some((each) => each.cert.toHex() === cert.toHex()));
    } catch {
      return false;
    }
  }

  #save(payload: Uint8Array): void {
    try {
      this.#store.save(payload);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new ControllerConnError(
        "no-controller-cert",
        `controller certificates are accepted, but can't be stored (${reason}); they are used until this program ends`,
        [],
        { cause },
      );
    }
  }
}
