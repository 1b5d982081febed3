/** Certificates for demo and tests, made without external programs: of a controller, of devices, and broken ones. @module */

export type { CertificateOrder, ExtendedUsage, KeyedCertificate } from "./certificate.ts";
export { makeCertificate, readCertificate } from "./certificate.ts";
export type { ControllerPki, ControllerPkiOptions, LeafOptions } from "./controller_pki.ts";
export {
  certifies,
  makeControllerLeaf,
  makeControllerPki,
  makeRoot,
  serverChainPem,
} from "./controller_pki.ts";
export type { DeviceFiles, OnboardOptions } from "./device_identity.ts";
export { makeDeviceIdentity, makeOnboardIdentity } from "./device_identity.ts";
export type { KeyKind } from "./key.ts";
export { decodePem, encodePem } from "./pem.ts";
export { readControllerPki, writeControllerPki } from "./pki_folder.ts";
