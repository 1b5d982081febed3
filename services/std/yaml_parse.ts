/** `@std/yaml/parse`, from npm (see README, "What stands in for what"). @module */

// @ts-types="./yaml_parse.d.ts"
export * from "npm:deno-std@1.3.1/yaml/parse.js";
