/**
 * PAC files: which proxy, if any, leads to a URL. `PacEngine` runs them where they can do no harm; `wpadURLs` says where
 * they are looked for. Fetching them is not done here.
 * @module
 */
export { MAX_CHOICES, type PacChoice, parsePacResult } from "./choice.ts";
export { PacEngine, type PacSurroundings } from "./engine.ts";
export { MAX_PAC_BYTES, MAX_RESULT_CHARS, PacError, type PacErrorKind } from "./error.ts";
export { isPacContentType, wpadURLs } from "./wpad_urls.ts";
