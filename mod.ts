/**
 * The library of eve-comms for programs outside this project: {@linkcode controllerconn} talks to an EVE controller,
 * {@linkcode pubsub} to EVE's bus, {@linkcode messages} are those of the device API. `docs/controllerconn.md` is its guide,
 * `tests/examples/` has programs to start from.
 * @module
 */
export * as controllerconn from "./controllerconn/mod.ts";
export * as pubsub from "./services/pubsub/public.ts";
export * as messages from "./proto/device.ts";
