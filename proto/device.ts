/**
 * The messages of a running device: configuration, reports, attestation, certificates, envelopes.
 *
 * Everything is below its package's name, as in `config.EdgeDevConfig`, `info.ZInfoTypes.ZiDevice`; the messages that
 * travel by themselves also have their bare name. `X.encode(fields).finish()` gives bytes; `X.decode(bytes)` gives the
 * message, or throws on malformed bytes. Unknown fields are skipped, an enum number without a name stays that number.
 * @module
 */

import "./runtime.ts";
// @ts-types="./gen/device.d.ts"
import { attest, auth, certs, common, config, info, metrics, profile, protobuf } from "./gen/device.js";

export { attest, auth, certs, common, config, info, metrics, profile, protobuf };

export type AuthBody = auth.AuthBody;
export const AuthBody = auth.AuthBody;
export type AuthContainer = auth.AuthContainer;
export const AuthContainer = auth.AuthContainer;
export type BootstrapConfig = config.BootstrapConfig;
export const BootstrapConfig = config.BootstrapConfig;
export type CipherBlock = common.CipherBlock;
export const CipherBlock = common.CipherBlock;
export type CipherContext = common.CipherContext;
export const CipherContext = common.CipherContext;
export type CompoundEdgeDevConfig = config.CompoundEdgeDevConfig;
export const CompoundEdgeDevConfig = config.CompoundEdgeDevConfig;
export type CompoundEdgeDevConfigRequest = config.CompoundEdgeDevConfigRequest;
export const CompoundEdgeDevConfigRequest = config.CompoundEdgeDevConfigRequest;
export type ConfigRequest = config.ConfigRequest;
export const ConfigRequest = config.ConfigRequest;
export type ConfigResponse = config.ConfigResponse;
export const ConfigResponse = config.ConfigResponse;
export type EdgeDevConfig = config.EdgeDevConfig;
export const EdgeDevConfig = config.EdgeDevConfig;
export type EncryptionBlock = common.EncryptionBlock;
export const EncryptionBlock = common.EncryptionBlock;
export type Timestamp = protobuf.Timestamp;
export const Timestamp = protobuf.Timestamp;
export type ZAttestReq = attest.ZAttestReq;
export const ZAttestReq = attest.ZAttestReq;
export type ZAttestResponse = attest.ZAttestResponse;
export const ZAttestResponse = attest.ZAttestResponse;
export type ZCert = certs.ZCert;
export const ZCert = certs.ZCert;
export type ZControllerCert = certs.ZControllerCert;
export const ZControllerCert = certs.ZControllerCert;
export type ZInfoMsg = info.ZInfoMsg;
export const ZInfoMsg = info.ZInfoMsg;
export type ZMetricMsg = metrics.ZMetricMsg;
export const ZMetricMsg = metrics.ZMetricMsg;
