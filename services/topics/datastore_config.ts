/** `zedagent/DatastoreConfig`, `LOCConfig` and `CollectInfoCmd` (`spec/zedagent.md §10.3, 10.4`). */
import { goCipherBlockStatus } from "./cipher.ts";
import { goFilledBytes, goUUID } from "./go_bytes.ts";
import { goList } from "./go_containers.ts";
import { goString } from "./go_scalars.ts";
import { goStruct } from "./go_struct.ts";
import { goTimeType } from "./go_time.ts";
import type { GoValue } from "./go_type.ts";

/** Key: UUID. `DsType` is the name of the proto enumeration, e.g. `DsHttp`; `Region` is `us-west-2` by default. */
export const goDatastoreConfig = goStruct({
  UUID: goUUID,
  DsType: goString,
  Fqdn: goString,
  ApiKey: goString,
  Password: goString,
  Dpath: goString,
  Region: goString,
  DsCertPEM: goList(goFilledBytes),
  ...goCipherBlockStatus.fields,
});
/** See {@linkcode goDatastoreConfig}. */
export type DatastoreConfig = GoValue<typeof goDatastoreConfig>;

/** The local operator console; empty without a valid URL. Key: `""`, file `.json`. */
export const goLOCConfig = goStruct({ LocURL: goString, CollectInfoDatastore: goDatastoreConfig });
/** See {@linkcode goLOCConfig}. */
export type LOCConfig = GoValue<typeof goLOCConfig>;

/** Key: the time in Go's own text form, with spaces. */
export const goCollectInfoCmd = goStruct({ Time: goTimeType });
/** See {@linkcode goCollectInfoCmd}. */
export type CollectInfoCmd = GoValue<typeof goCollectInfoCmd>;
