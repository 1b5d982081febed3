/** ATTEST_REQ_CERT: the device's certificates for the controller (`spec/zedagent.md §12.2`). Pure. */
import { attest, certs, common, ZAttestReq } from "../../../proto/device.ts";
import type { EdgeNodeCert } from "../../topics/mod.ts";

/** `EdgeNodeCert.CertType` → `ZCert.type`. */
const certTypes: ReadonlyMap<number, certs.ZCertType> = new Map([
  [1, certs.ZCertType.CERT_TYPE_DEVICE_ONBOARDING],
  [2, certs.ZCertType.CERT_TYPE_DEVICE_RESTRICTED_SIGNING],
  [3, certs.ZCertType.CERT_TYPE_DEVICE_ENDORSEMENT_RSA],
  [4, certs.ZCertType.CERT_TYPE_DEVICE_ECDH_EXCHANGE],
]);
const TPM2_PUBLIC = 1;

/** The request, and what could not go into it. */
export interface EdgeNodeCertsMessage {
  readonly body: Uint8Array;
  readonly count: number;
  readonly skipped: readonly string[];
}

/** All certificates in the order of their keys. One of an unknown type is left out and named. */
export function edgeNodeCertsMessage(entries: ReadonlyMap<string, EdgeNodeCert>): EdgeNodeCertsMessage {
  const skipped: string[] = [];
  const list: certs.IZCert[] = [];
  for (const [key, cert] of [...entries].sort(([a], [b]) => a < b ? -1 : 1)) {
    const type = certTypes.get(cert.CertType);
    if (type === undefined || cert.Cert === null) {
      skipped.push(
        `EdgeNodeCert ${key}: expected a CertType of 1 to 4 and a Cert, got type ${cert.CertType}`,
      );
      continue;
    }
    list.push({
      hashAlgo: cert.HashAlgo === 1
        ? common.HashAlgorithm.HASH_ALGORITHM_SHA256_16BYTES
        : common.HashAlgorithm.HASH_ALGORITHM_INVALID,
      ...(cert.CertID === null ? {} : { certHash: cert.CertID }),
      type,
      cert: cert.Cert,
      meta_data_items: (cert.MetaDataItems ?? []).filter(({ Type }) => Type === TPM2_PUBLIC).map((
        { Data },
      ) => ({
        type: certs.ZCertMetaDataType.Z_CERT_META_DATA_TYPE_TPM2_PUBLIC,
        ...(Data === null ? {} : { meta_data: Data }),
      })),
    });
  }
  const body = ZAttestReq.encode({ reqType: attest.ZAttestReqType.ATTEST_REQ_CERT, certs: list }).finish();
  return { body, count: list.length, skipped };
}
