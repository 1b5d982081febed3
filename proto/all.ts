/**
 * The whole device API, below the names of its packages, for the dev controller and for tests: `config.EdgeDevConfig`.
 *
 * As `proto/device.ts`; every message also has `fromObject` and `toObject`. For JSON written by people use
 * `fromJson` of `proto/json.ts`, which refuses names that do not exist.
 * @module
 */

import "./runtime.ts";

// @ts-types="./gen/all.d.ts"
export * from "./gen/all.js";
