/** What the main thread and the worker of a PAC file say to each other. */
import type { PacJob, PacRun } from "./sandbox.ts";

/** To the worker, one at a time. */
export interface PacRequest {
  readonly wasm: WebAssembly.Module;
  readonly job: PacJob;
  readonly channel: SharedArrayBuffer;
}

/** From the worker: `running` once, any number of `lookup`, each to be answered on the channel, `finished` once. */
export type PacReport =
  | { readonly kind: "running" }
  | { readonly kind: "lookup"; readonly host: string }
  | { readonly kind: "finished"; readonly run: PacRun };
