/**
 * EVE's pubsub over directories: publishing writes `/run/<agent>/<topic>/<key>.json`, subscribing watches it.
 * `openBus(options)` is the way in (`docs/spec/pubsub.md`, design.md "The bus is files").
 * @module
 */
export * from "./bus.ts";
export * from "./error.ts";
export * from "./topic.ts";
