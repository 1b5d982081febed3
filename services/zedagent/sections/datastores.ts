/** `datastores` → `DatastoreConfig`, `loc_config` → `LOCConfig` (`spec/zedagent.md §10.3, 10.4`). */
import { config } from "../../../proto/device.ts";
import { type DatastoreConfig, goDatastoreConfig, goLOCConfig, type LOCConfig } from "../../topics/mod.ts";
import { cipherBlock, type CipherContexts } from "./cipher.ts";
import { neededUUID, quote, type Section, section } from "./section.ts";

const defaultRegion = "us-west-2";

/** By UUID. @param now Go time of errors */
export function datastores(
  list: readonly config.DatastoreConfig[],
  contexts: CipherContexts,
  now: string,
): Section<DatastoreConfig> {
  return section(list, (store) => {
    const uuid = neededUUID("datastore", store.id);
    return [
      uuid,
      goDatastoreConfig.make({
        ...cipherBlock(uuid, store.cipherData, contexts, now),
        UUID: uuid,
        DsType: config.DsType[store.dType] ?? String(store.dType),
        Fqdn: store.fqdn,
        ApiKey: store.apiKey,
        Password: store.password,
        Dpath: store.dpath,
        Region: store.region === "" ? defaultRegion : store.region,
        DsCertPEM: store.dsCertPEM.length === 0 ? null : store.dsCertPEM,
      }),
    ];
  });
}

/** Empty without a usable URL; otherwise with the first datastore named that exists. */
export function locConfig(
  loc: config.LOCConfig | null,
  stores: ReadonlyMap<string, DatastoreConfig>,
): { readonly value: LOCConfig; readonly reports: readonly string[] } {
  const url = loc?.loc_url ?? "";
  if (url === "") return { value: goLOCConfig.zero(), reports: [] };
  if (URL.parse(url.includes("://") ? url : `https://${url}`) === null) {
    return {
      value: goLOCConfig.zero(),
      reports: [`loc_url: expected a URL, got ${quote(url)}; no local operator console is used`],
    };
  }
  const store = loc?.datastore_collect_info_id.map((id) => stores.get(id.toLowerCase())).find(Boolean);
  return {
    value: { LocURL: url, CollectInfoDatastore: store ?? goDatastoreConfig.zero() },
    reports: [],
  };
}
