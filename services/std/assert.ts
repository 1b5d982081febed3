/** `@std/assert`, from npm (see README, "What stands in for what"). @module */

// @ts-types="./assert.d.ts"
export * from "npm:deno-std@1.3.1/assert/mod.js";
