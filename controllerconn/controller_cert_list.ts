/** The controller's list of certificates on the wire: `ZControllerCert`, `ZCert` (`spec/device-api.md §4.6`). */
import protobuf from "protobufjs/minimal";
import type { ZCert } from "./types.ts";
import { finish, lastBytes, lastVarint, readFields, writeBytes, writeVarint } from "./wire.ts";

/** `ZCert.type` of a controller's certificates. */
export const ZCertType = {
  CERT_TYPE_CONTROLLER_SIGNING: 1,
  CERT_TYPE_CONTROLLER_INTERMEDIATE: 2,
  CERT_TYPE_CONTROLLER_ECDH_EXCHANGE: 3,
} as const;

const EMPTY = new Uint8Array(0);

/**
 * Reads a `ZControllerCert`; `attributes` and `meta_data_items` are ignored.
 * @throws {ControllerConnError} `envelope` if the bytes are no protobuf message
 */
export function decodeControllerCerts(bytes: Uint8Array): ZCert[] {
  const list: ZCert[] = [];
  for (const field of readFields("ZControllerCert", bytes)) {
    if (field.number !== 1 || !("bytes" in field)) continue;
    const fields = readFields("ZCert", field.bytes);
    list.push({
      hashAlgo: lastVarint(fields, 1),
      certHash: lastBytes(fields, 2) ?? EMPTY,
      type: lastVarint(fields, 3),
      cert: lastBytes(fields, 4) ?? EMPTY,
    });
  }
  return list;
}

/** Writes a `ZControllerCert`. */
export function encodeControllerCerts(certs: readonly ZCert[]): Uint8Array {
  const writer = new protobuf.Writer();
  for (const cert of certs) {
    const item = new protobuf.Writer();
    if (cert.hashAlgo !== 0) writeVarint(item, 1, cert.hashAlgo);
    if (cert.certHash.length > 0) writeBytes(item, 2, cert.certHash);
    if (cert.type !== 0) writeVarint(item, 3, cert.type);
    if (cert.cert.length > 0) writeBytes(item, 4, cert.cert);
    writeBytes(writer, 1, item.finish());
  }
  return finish(writer);
}

/** Whether two lists name the same certificates: `certHash` compared as sets, order ignored. */
export function sameCertHashes(left: readonly ZCert[], right: readonly ZCert[]): boolean {
  const hashes = (certs: readonly ZCert[]) => new Set(certs.map((cert) => cert.certHash.toHex()));
  return hashes(left).symmetricDifference(hashes(right)).size === 0;
}
