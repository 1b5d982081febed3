/**
 * Talks to an EVE controller: URLs, headers, TLS, ports, timers, envelopes, controller certificates. Knows nothing of
 * message content, of the bus, or of any program. `newClient(options)` is the way in (`docs/spec/controllerconn.md`).
 * @module
 */
export * from "./controller_cert_store.ts";
export * from "./device_network_status.ts";
export * from "./error.ts";
export * from "./identity.ts";
export * from "./metrics.ts";
export * from "./sender_status.ts";
export * from "./types.ts";
