/**
 * The library of eve-comms: `controllerconn` (talks to an EVE controller), the bus, and the shapes that travel on it.
 * The messages of the device API are in `proto/device.ts` and `proto/all.ts`.
 * @module
 */
export * as controllerconn from "./controllerconn/mod.ts";
export * as pubsub from "./services/pubsub/mod.ts";
export * as topics from "./services/topics/mod.ts";
export * as messages from "./proto/device.ts";
