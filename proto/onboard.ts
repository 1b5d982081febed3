/**
 * The messages with which a device introduces itself: `POST register`, `POST uuid` (docs/spec/device-api.md).
 *
 * `X.encode(fields).finish()` gives bytes; `X.decode(bytes)` gives the message or throws on malformed bytes.
 * @module
 */

import "./runtime.ts";
// @ts-types="./gen/onboard.d.ts"
import { register, uuid } from "./gen/onboard.js";

export { register, uuid };

export type ZRegisterMsg = register.ZRegisterMsg;
export const ZRegisterMsg = register.ZRegisterMsg;
export type UuidRequest = uuid.UuidRequest;
export const UuidRequest = uuid.UuidRequest;
export type UuidResponse = uuid.UuidResponse;
export const UuidResponse = uuid.UuidResponse;
