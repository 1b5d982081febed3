/**
 * What an encrypted part of the configuration holds (`docs/spec/device-api.md §7`), for a program that needs nothing else of it.
 *
 * `X.encode(fields).finish()` gives bytes; `X.decode(bytes)` gives the message or throws on malformed bytes.
 * @module
 */

import "./runtime.ts";
// @ts-types="./gen/credentials.d.ts"
import { common } from "./gen/credentials.js";

/** Names and passwords of a Wi-Fi network, a cellular provider, a datastore. */
export type EncryptionBlock = common.EncryptionBlock;
/** Encodes and decodes {@linkcode EncryptionBlock}. */
export const EncryptionBlock: typeof common.EncryptionBlock = common.EncryptionBlock;
