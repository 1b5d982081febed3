/** `@std/http/status`, from npm (see README, "What stands in for what"). @module */

// @ts-types="./http_status.d.ts"
export * from "npm:deno-std@1.3.1/http/status.js";
