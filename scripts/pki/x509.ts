/**
 * `@peculiar/x509` with the polyfill that it needs.
 *
 * Its dependency injection refuses to load unless `reflect-metadata` came first, hence the order of the two imports.
 * @module
 */

// deno-lint-ignore no-import-prefix
import "reflect-metadata";
export * from "@peculiar/x509";
