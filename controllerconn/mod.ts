/**
 * Talks to an EVE controller: URLs, headers, TLS, ports, timers, envelopes, controller certificates. Knows nothing of
 * message content, of the bus, or of any program. `newClient(options)` is the way in (`docs/spec/controllerconn.md`).
 * @module
 */
export {
  addAuthentication,
  type AuthContainer,
  encodeAuthContainer,
  HashAlgorithm,
  parseAuthContainer,
} from "./auth_container.ts";
export * from "./cert_chain.ts";
export { newClient } from "./client.ts";
export * from "./content_type.ts";
export * from "./controller_cert_list.ts";
export * from "./controller_cert_store.ts";
export * from "./deferred/mod.ts";
export * from "./device_network_status.ts";
export * from "./error.ts";
export * from "./identity.ts";
export * from "./load_identity.ts";
export { type Layer } from "./layer.ts";
export * from "./metrics.ts";
export * from "./metrics_counters.ts";
export type { NetworkProxy } from "./network_proxy.ts";
export * from "./object_encryption/cipher_block.ts";
export { decryptAuthContainer } from "./object_encryption/encrypted_envelope.ts";
export { fileSharedSecret, type SharedSecret } from "./object_encryption/shared_secret.ts";
export * from "./purpose_counters.ts";
export * from "./retry/mod.ts";
export * from "./sender_status.ts";
export { TPM_DEVICE_KEY, TPM_ECDH_KEY } from "./tpm/handles.ts";
export { type RunTool, type ToolResult, TPM_TOOLS, type TpmTool } from "./tpm/tools.ts";
export * from "./tpm/tpm.ts";
export * from "./tpm/tpm_identity.ts";
export * from "./tpm/tpm_shared_secret.ts";
export * from "./connect/trace_event.ts";
export * from "./trace/mod.ts";
export type { LocalRequestOptions, LocalSource } from "./send_local.ts";
export * from "./types.ts";
export { urlPathString } from "./url.ts";
export type { VerifyResult } from "./verify_ports.ts";
export type { PortVerdict } from "./verify_state.ts";
export { verifyAuthContainer } from "./verify_envelope.ts";
