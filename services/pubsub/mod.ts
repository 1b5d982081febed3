/**
 * EVE's pubsub over directories: publishing writes `/run/<agent>/<topic>/<key>.json`, subscribing watches it.
 * `openBus(options)` is the way in (`docs/spec/pubsub.md`, design.md "The bus is files").
 * @module
 */
export * from "./atomic_file.ts";
export * from "./bus.ts";
export * from "./error.ts";
export { openBus } from "./open_bus.ts";
export { type Owner, parseOwner, readOwner } from "./owner_lock.ts";
export * from "./paths.ts";
export * from "./topic.ts";
export * from "./wire_size.ts";
