/** `zedagent/ControllerCert` and `tpmmgr/EdgeNodeCert` (`spec/zedagent.md §10.1`). */
import { goBytes } from "./go_bytes.ts";
import { goList } from "./go_containers.ts";
import { goBool, goInt32 } from "./go_scalars.ts";
import { goStruct } from "./go_struct.ts";
import type { GoValue } from "./go_type.ts";

/**
 * Key: lower-case hex of `CertHash`. `HashAlgo` 1 = first 16 bytes of SHA-256, 2 = all 32; `Type` 1 signing,
 * 2 intermediate, 3 ECDH exchange; `Cert` is PEM.
 */
export const goControllerCert = goStruct({
  HashAlgo: goInt32,
  Type: goInt32,
  Cert: goBytes,
  CertHash: goBytes,
});
/** See {@linkcode goControllerCert}. */
export type ControllerCert = GoValue<typeof goControllerCert>;

/** A certificate of the device, from tpmmgr; all of them are sent to the controller (`spec/zedagent.md §12.2`). */
export const goEdgeNodeCert = goStruct({
  HashAlgo: goInt32,
  CertID: goBytes,
  CertType: goInt32,
  Cert: goBytes,
  IsTpm: goBool,
  MetaDataItems: goList(goStruct({ Type: goInt32, Data: goBytes })),
});
/** See {@linkcode goEdgeNodeCert}. */
export type EdgeNodeCert = GoValue<typeof goEdgeNodeCert>;
