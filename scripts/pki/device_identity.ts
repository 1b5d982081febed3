/** The two identities that a device brings along (`spec/client.md §4`). @module */

import * as x509 from "./x509.ts";
import { type KeyedCertificate, makeCertificate } from "./certificate.ts";
import { ecPrivateKeyPem, sec1AsPrivateKeyPem } from "./key.ts";

/** A certificate and its key file as they lie in `/config`. */
export interface DeviceFiles extends KeyedCertificate {
  /** Text of the key file, in EVE's own form; `keyPem` is the same key in PKCS#8. */
  readonly keyFile: string;
}

/** As tpmmgr makes it: one and the same subject for every device, CA true, 20 years, SEC1 inside `PRIVATE KEY`. */
export async function makeDeviceIdentity(): Promise<DeviceFiles> {
  const now = Date.now();
  const certificate = await makeCertificate({
    subject: "O=The Linux Foundation, CN=EVE",
    ca: true,
    extendedUsages: ["clientAuth", "serverAuth"],
    notBefore: new Date(now - 86_400_000),
    notAfter: new Date(now + 20 * 365.25 * 86_400_000),
  });
  return { ...certificate, keyFile: await sec1AsPrivateKeyPem(certificate.privateKey) };
}

/** What an onboarding certificate says. */
export interface OnboardOptions {
  /** Its CN, the onboarding key shown to people; a random UUID when absent. */
  readonly commonName?: string;
  readonly organization?: string;
  /** Ended an hour ago; devices use it all the same. */
  readonly expired?: boolean;
}

/** As generate-onboard.sh makes it, with the `EC PARAMETERS` block in front of the key. */
export async function makeOnboardIdentity(options: OnboardOptions = {}): Promise<DeviceFiles> {
  const commonName = options.commonName ?? crypto.randomUUID();
  const certificate = await makeCertificate({
    subject: `O=${options.organization ?? "eve-comms"}, CN=${commonName}`,
    extendedUsages: ["serverAuth"],
    extraUsages: x509.KeyUsageFlags.keyEncipherment,
    ...(options.expired === true ? { notAfter: new Date(Date.now() - 3_600_000) } : {}),
  });
  return { ...certificate, keyFile: await ecPrivateKeyPem(certificate.privateKey) };
}
