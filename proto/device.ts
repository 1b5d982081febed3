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
import { attest, auth, certs, common, config, flowlog, hardwarehealth, info, metrics, profile, protobuf } from "./gen/device.js";

export { attest, auth, certs, common, config, flowlog, hardwarehealth, info, metrics, profile, protobuf };

/** The payload of an envelope. */
export type AuthBody = auth.AuthBody;
/** Encodes and decodes {@linkcode AuthBody}. */
export const AuthBody: typeof auth.AuthBody = auth.AuthBody;
/** The signed envelope around everything that is sent to `/edgedevice/` (`docs/spec/device-api.md §4`). */
export type AuthContainer = auth.AuthContainer;
/** Encodes and decodes {@linkcode AuthContainer}. */
export const AuthContainer: typeof auth.AuthContainer = auth.AuthContainer;
/** A first configuration that comes with the device's image. */
export type BootstrapConfig = config.BootstrapConfig;
/** Encodes and decodes {@linkcode BootstrapConfig}. */
export const BootstrapConfig: typeof config.BootstrapConfig = config.BootstrapConfig;
/** An encrypted part of the configuration (`docs/spec/device-api.md §7`). */
export type CipherBlock = common.CipherBlock;
/** Encodes and decodes {@linkcode CipherBlock}. */
export const CipherBlock: typeof common.CipherBlock = common.CipherBlock;
/** Which keys a `CipherBlock` is encrypted with. */
export type CipherContext = common.CipherContext;
/** Encodes and decodes {@linkcode CipherContext}. */
export const CipherContext: typeof common.CipherContext = common.CipherContext;
/** A configuration together with what a local operator console adds. */
export type CompoundEdgeDevConfig = config.CompoundEdgeDevConfig;
/** Encodes and decodes {@linkcode CompoundEdgeDevConfig}. */
export const CompoundEdgeDevConfig: typeof config.CompoundEdgeDevConfig = config.CompoundEdgeDevConfig;
/** What a local operator console is asked with. */
export type CompoundEdgeDevConfigRequest = config.CompoundEdgeDevConfigRequest;
/** Encodes and decodes {@linkcode CompoundEdgeDevConfigRequest}. */
export const CompoundEdgeDevConfigRequest: typeof config.CompoundEdgeDevConfigRequest =
  config.CompoundEdgeDevConfigRequest;
/** What the device asks the configuration with: the hash of what it has. */
export type ConfigRequest = config.ConfigRequest;
/** Encodes and decodes {@linkcode ConfigRequest}. */
export const ConfigRequest: typeof config.ConfigRequest = config.ConfigRequest;
/** The configuration, and its hash. */
export type ConfigResponse = config.ConfigResponse;
/** Encodes and decodes {@linkcode ConfigResponse}. */
export const ConfigResponse: typeof config.ConfigResponse = config.ConfigResponse;
/** The configuration of a device. */
export type EdgeDevConfig = config.EdgeDevConfig;
/** Encodes and decodes {@linkcode EdgeDevConfig}. */
export const EdgeDevConfig: typeof config.EdgeDevConfig = config.EdgeDevConfig;
/** The secrets inside a `CipherBlock`. */
export type EncryptionBlock = common.EncryptionBlock;
/** Encodes and decodes {@linkcode EncryptionBlock}. */
export const EncryptionBlock: typeof common.EncryptionBlock = common.EncryptionBlock;
/** Flows and DNS requests of an app. */
export type FlowMessage = flowlog.FlowMessage;
/** Encodes and decodes {@linkcode FlowMessage}. */
export const FlowMessage: typeof flowlog.FlowMessage = flowlog.FlowMessage;
/** Seconds and nanoseconds since 1970. */
export type Timestamp = protobuf.Timestamp;
/** Encodes and decodes {@linkcode Timestamp}. */
export const Timestamp: typeof protobuf.Timestamp = protobuf.Timestamp;
/** A step of attestation, from the device. */
export type ZAttestReq = attest.ZAttestReq;
/** Encodes and decodes {@linkcode ZAttestReq}. */
export const ZAttestReq: typeof attest.ZAttestReq = attest.ZAttestReq;
/** A step of attestation, from the controller. */
export type ZAttestResponse = attest.ZAttestResponse;
/** Encodes and decodes {@linkcode ZAttestResponse}. */
export const ZAttestResponse: typeof attest.ZAttestResponse = attest.ZAttestResponse;
/** One certificate, with its kind and hash. */
export type ZCert = certs.ZCert;
/** Encodes and decodes {@linkcode ZCert}. */
export const ZCert: typeof certs.ZCert = certs.ZCert;
/** The controller's certificates, the answer of `/certs`. */
export type ZControllerCert = certs.ZControllerCert;
/** Encodes and decodes {@linkcode ZControllerCert}. */
export const ZControllerCert: typeof certs.ZControllerCert = certs.ZControllerCert;
/** What the device's memory and disks come to. */
export type ZHardwareHealth = hardwarehealth.ZHardwareHealth;
/** Encodes and decodes {@linkcode ZHardwareHealth}. */
export const ZHardwareHealth: typeof hardwarehealth.ZHardwareHealth = hardwarehealth.ZHardwareHealth;
/** A report of the device's state. */
export type ZInfoMsg = info.ZInfoMsg;
/** Encodes and decodes {@linkcode ZInfoMsg}. */
export const ZInfoMsg: typeof info.ZInfoMsg = info.ZInfoMsg;
/** Counters of the device. */
export type ZMetricMsg = metrics.ZMetricMsg;
/** Encodes and decodes {@linkcode ZMetricMsg}. */
export const ZMetricMsg: typeof metrics.ZMetricMsg = metrics.ZMetricMsg;
