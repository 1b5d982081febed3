/** `@std/testing/bdd`, from npm (see README, "What stands in for what"). @module */

// @ts-types="./testing_bdd.d.ts"
export * from "npm:deno-std@1.3.1/testing/bdd.js";
