/** `UUIDandVersion`, the identity of what the controller configures. */
import { goUUID } from "./go_bytes.ts";
import { goString } from "./go_scalars.ts";
import { goStruct } from "./go_struct.ts";

/** Embedded in NetworkInstanceConfig, a member of app objects. */
export const goUUIDandVersion = goStruct({ UUID: goUUID, Version: goString });
