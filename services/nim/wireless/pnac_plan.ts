/** Whether a port can do 802.1X now, and why not (`spec/nim.md §11.3`). Pure. */
import { isObject, type JsonValue, type NetworkPortConfig } from "../../topics/mod.ts";
import type { PnacFiles } from "./pnac_conf.ts";

/** See {@linkcode pnacPlan}. */
export type PnacPlan =
  | { readonly kind: "off" }
  /** Nothing is wrong: the vault with the keys is still locked. */
  | { readonly kind: "wait" }
  | { readonly kind: "ready"; readonly identity: string; readonly files: PnacFiles }
  /** Also a failure of the port. */
  | { readonly kind: "failed"; readonly error: string };

const EAP_UNSPECIFIED = 0;
const EAP_TLS = 1;

/** @param enrolled `EnrolledCertificateStatus` of the profile that the port names; undefined if there is none */
export function pnacPlan(
  { PNAC, Logicallabel }: Pick<NetworkPortConfig, "PNAC" | "Logicallabel">,
  isVaultReady: boolean,
  enrolled: JsonValue | undefined,
): PnacPlan {
  if (!PNAC.Enabled) return { kind: "off" };
  if (!isVaultReady) return { kind: "wait" };
  if (PNAC.EAPMethod !== EAP_UNSPECIFIED && PNAC.EAPMethod !== EAP_TLS) {
    const expected = `expected EAP method ${EAP_TLS} (TLS), got ${PNAC.EAPMethod}`;
    return {
      kind: "failed",
      error: `802.1X of port ${Logicallabel}: ${expected}; the port is not authenticated`,
    };
  }
  const profile = PNAC.CertEnrollmentProfileName;
  const fields = enrolled !== undefined && isObject(enrolled) ? enrolled : {};
  const text = (name: string) => typeof fields[name] === "string" ? fields[name] : "";
  const files = {
    certificate: text("CertFilepath"),
    privateKey: text("PrivateKeyFilepath"),
    caBundle: text("CACertBundleFilepath"),
  };
  const missing = Object.entries(files).filter(([, path]) => path === "").map(([name]) => names[name]);
  return missing.length === 0 ? { kind: "ready", identity: PNAC.EAPIdentity, files } : {
    kind: "failed",
    error: `802.1X of port ${Logicallabel}: enrolment profile ${JSON.stringify(profile)} has no ` +
      `${missing.join(", no ")} yet; the port is not authenticated`,
  };
}

const names: Readonly<Record<string, string>> = {
  certificate: "certificate",
  privateKey: "private key",
  caBundle: "CA bundle",
};
