/** A LOC must not bring back an older signing certificate of the controller (`spec/zedagent.md §12.1`). */
import { X509Certificate } from "node:crypto";
import {
  ControllerConnError,
  decodeControllerCerts,
  parseAuthContainer,
  type ZCert,
  ZCertType,
} from "../../../controllerconn/mod.ts";

/**
 * Of two lists, the signing certificate of the one that came must not have begun before the one in force.
 * @param contents of a `certs` answer; whether its list is good otherwise is not looked at
 * @param current `undefined`: none is in force, any will do
 * @throws {ControllerConnError} `envelope`: it does not parse; `cert-chain`: it is older
 */
export function refuseOlderSigningCert(contents: Uint8Array, current: readonly ZCert[] | undefined): void {
  const begun = current === undefined ? undefined : notBefore(current);
  if (begun === undefined) return;
  const offered = notBefore(decodeControllerCerts(parseAuthContainer(contents).payload ?? new Uint8Array()));
  if (offered === undefined || offered >= begun) return;
  throw new ControllerConnError(
    "cert-chain",
    `signing certificate of the LOC: expected one that is valid from ${
      new Date(begun).toISOString()
    } or later, ` +
      `got ${new Date(offered).toISOString()}; those in force stay`,
  );
}

/** Milliseconds since 1970; `undefined` where there is no signing certificate that can be read. */
function notBefore(certs: readonly ZCert[]): number | undefined {
  const signing = certs.find(({ type }) => type === ZCertType.CERT_TYPE_CONTROLLER_SIGNING);
  if (signing === undefined) return undefined;
  try {
    return new X509Certificate(signing.cert).validFromDate.getTime();
  } catch {
    return undefined;
  }
}
