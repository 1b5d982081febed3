/**
 * Stands in for `jsr:@std/log@0.224`, which is not on npm: the same public names and signatures for what this
 * project uses. `log_test.ts` states the contract; one line in `deno.json` puts the real one in its place.
 * @module
 */
export * from "./handlers.ts";
export * from "./levels.ts";
export * from "./logger.ts";
export * from "./record.ts";
export * from "./setup.ts";
