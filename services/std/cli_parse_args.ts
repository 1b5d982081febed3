/** `@std/cli/parse-args`, from npm (see README, "What stands in for what"). @module */

// @ts-types="./cli_parse_args.d.ts"
export * from "npm:deno-std@1.3.1/cli/parse_args.js";
