/** Is a controller's list of certificates to be trusted? (`spec/device-api.md §4.6`, `spec/controllerconn.md §10.4`) */
import { ZCertType } from "./controller_cert_list.ts";
import { type PathCertificate, pathFault, toPathCertificate } from "./cert_path.ts";
import { ControllerConnError } from "./error.ts";
import { pemCertificates } from "./pem.ts";
import type { ZCert } from "./types.ts";

const TYPE_NAMES: Readonly<Record<number, string>> = {
  [ZCertType.CERT_TYPE_CONTROLLER_SIGNING]: "signing",
  [ZCertType.CERT_TYPE_CONTROLLER_INTERMEDIATE]: "intermediate",
  [ZCertType.CERT_TYPE_CONTROLLER_ECDH_EXCHANGE]: "ECDH",
};

function refuse(reason: string, cause?: unknown): never {
  throw new ControllerConnError(
    "cert-chain",
    `controller certificates: ${reason}; the whole list is refused, the stored one stays`,
    [],
    cause === undefined ? undefined : { cause },
  );
}

function parseAll(what: string, pem: Uint8Array | string): PathCertificate[] {
  return pemCertificates(pem).map((block) => {
    try {
      return toPathCertificate(block.der);
    } catch (cause) {
      return refuse(
        `${what} holds a CERTIFICATE block (${block.der.length} bytes DER) that is no certificate`,
        cause,
      );
    }
  });
}

/** As for TLS, one that can't be read is left out (`trust.ts` tells of it). */
function readableRoots(pem: string): PathCertificate[] {
  const blocks = pemCertificates(pem);
  const roots = blocks.flatMap(({ der }) => {
    try {
      return [toPathCertificate(der)];
    } catch {
      return [];
    }
  });
  if (roots.length > 0) return roots;
  return refuse(
    `root-certificate.pem: expected a certificate, none of its ${blocks.length} CERTIFICATE blocks is readable`,
  );
}

function parseOne(cert: ZCert): PathCertificate {
  const what = `the ${TYPE_NAMES[cert.type]} certificate with hash ${cert.certHash.toHex()}`;
  const [first] = parseAll(what, cert.cert);
  return first ?? refuse(`${what}: expected PEM, found no CERTIFICATE block in ${cert.cert.length} bytes`);
}

/**
 * Checks a list: exactly one signing certificate, an ECDH one if required, no unknown type, and for each leaf a path
 * to a certificate of `root-certificate.pem`.
 * @param rootPem text of `/config/root-certificate.pem`
 * @param now milliseconds since 1970
 * @returns the signing certificate of the list
 * @throws {ControllerConnError} `cert-chain`, naming the check that failed and the subject; where a leaf has no path, its
 * `cause` is one of kind `cert-expired`, `cert-not-yet-valid`, `cert-unknown-authority` or `cert-invalid`
 */
export function verifyControllerCerts(
  certs: readonly ZCert[],
  rootPem: string,
  now: number,
  options: { readonly requireEcdh: boolean },
): { readonly signing: ZCert } {
  const ofType = (type: number) => certs.filter((cert) => cert.type === type);
  const unknown = certs.find((cert) => TYPE_NAMES[cert.type] === undefined);
  if (unknown !== undefined) {
    refuse(`certificate ${unknown.certHash.toHex()} has type ${unknown.type}, expected 1, 2 or 3`);
  }
  const [signing, ...more] = ofType(ZCertType.CERT_TYPE_CONTROLLER_SIGNING);
  if (signing === undefined) {
    refuse(`expected exactly one signing certificate, found none among ${certs.length}`);
  }
  if (more.length > 0) refuse(`expected exactly one signing certificate, found ${more.length + 1}`);
  const ecdh = ofType(ZCertType.CERT_TYPE_CONTROLLER_ECDH_EXCHANGE);
  if (options.requireEcdh && ecdh.length === 0) refuse("expected at least one ECDH certificate, found none");
  const roots = readableRoots(rootPem);
  const intermediates = ofType(ZCertType.CERT_TYPE_CONTROLLER_INTERMEDIATE)
    .flatMap((cert) =>
      parseAll(`the intermediate certificate with hash ${cert.certHash.toHex()}`, cert.cert)
    );
  for (const leaf of [signing, ...ecdh]) {
    const fault = pathFault(parseOne(leaf), intermediates, roots, now);
    if (fault === undefined) continue;
    refuse(`${TYPE_NAMES[leaf.type]} leaf: ${fault.text}`, new ControllerConnError(fault.kind, fault.text));
  }
  return { signing };
}
