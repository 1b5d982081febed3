/** The body of `POST /admin/rotate`. @module */

import type { RotateOptions } from "./certificates.ts";
import { JsonObject } from "./json_object.ts";

/** Members as in {@linkcode RotateOptions}, dates left out. @throws Error that names the member */
export function parseRotate(json: unknown): RotateOptions {
  const body = new JsonObject("", json);
  const which = body.oneOf("which", ["signing", "ecdh"] as const);
  const kind = body.oneOf("kind", ["P-256", "RSA-2048"] as const);
  const usage = body.oneOf("extendedUsage", ["serverAuth", "clientAuth"] as const);
  const expired = body.flag("expired");
  const foreignRoot = body.flag("foreignRoot");
  const changeConfigHash = body.flag("changeConfigHash");
  const signLater = body.flag("signLater");
  body.end();
  return {
    ...(which === undefined ? {} : { which }),
    ...(kind === undefined ? {} : { kind }),
    ...(usage === undefined ? {} : { extendedUsages: [usage] }),
    ...(expired === undefined ? {} : { expired }),
    ...(foreignRoot === undefined ? {} : { foreignRoot }),
    ...(changeConfigHash === undefined ? {} : { changeConfigHash }),
    ...(signLater === undefined ? {} : { signLater }),
  };
}
