/** `zedagent/ControllerCert`: the controller's certificates for the other agents (`spec/zedagent.md §10.1`). */
import type { ZCert } from "../../../controllerconn/mod.ts";
import { type Device, errorText } from "../../agent/mod.ts";
import type { Publication } from "../../pubsub/mod.ts";
import { type ControllerCert, goControllerCert, topics } from "../../topics/mod.ts";

/** See {@linkcode openControllerCertTopic}. */
export interface ControllerCertTopic {
  /** Publishes these; others go unless they are referenced. */
  publish(certs: readonly ZCert[]): void;
  /** Lower-case hex hashes that cipher contexts still need. */
  setReferencedHashes(hashes: ReadonlySet<string>): void;
}

/** @throws {PubsubError} `owned`, `io` */
export function openControllerCertTopic(device: Device): ControllerCertTopic {
  const publication = device.bus.publication(topics.zedagent.ControllerCert);
  let referenced: ReadonlySet<string> = new Set();
  let current: readonly ZCert[] | undefined;
  const sweep = () => {
    if (current === undefined) return;
    for (const key of staleKeys(publication.getAll().keys(), current, referenced)) {
      attempt(device, publication, key, () => publication.unpublish(key));
    }
  };
  return {
    publish(certs) {
      current = certs;
      for (const cert of certs) {
        const key = keyOf(cert);
        attempt(device, publication, key, () => publication.publish(key, controllerCert(cert)));
      }
      sweep();
    },
    setReferencedHashes(hashes) {
      referenced = hashes;
      sweep();
    },
  };
}

/** Keys that are published, no longer sent and not referenced. Pure. */
export function staleKeys(
  published: Iterable<string>,
  current: readonly ZCert[],
  referenced: ReadonlySet<string>,
): string[] {
  const sent = new Set(current.map(keyOf));
  return [...published].filter((key) => !sent.has(key) && !referenced.has(key));
}

const keyOf = (cert: ZCert) => cert.certHash.toHex();

function controllerCert({ hashAlgo, type, cert, certHash }: ZCert): ControllerCert {
  return goControllerCert.make({ HashAlgo: hashAlgo, Type: type, Cert: cert, CertHash: certHash });
}

function attempt(
  device: Device,
  { topic }: Publication<ControllerCert>,
  key: string,
  work: () => unknown,
): void {
  try {
    work();
  } catch (error) {
    device.log.error(
      `${topic.name} ${key}: ${errorText(error)}; it stays as it was until the next list of certificates`,
    );
  }
}
