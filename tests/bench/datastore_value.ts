/** What the benches of the bus publish: a datastore of zedagent, 200 bytes of JSON. */
import type { Topic } from "../../services/pubsub/mod.ts";
import { topics } from "../../services/topics/mod.ts";

const { codec } = topics.zedagent.DatastoreConfig;

/** The value of `zedagent/DatastoreConfig`. */
export type DatastoreConfig = ReturnType<typeof codec.decode>;

/** Bytes of JSON of each value. */
export const VALUE_BYTES = 200;

/** The same topic under the name of a bench's own agent. */
export function datastoreTopic(persistent: boolean): Topic<DatastoreConfig> {
  return { ...topics.zedagent.DatastoreConfig, agent: "bench", persistent };
}

/** The key of the n-th value. */
export function datastoreKey(n: number): string {
  return `8d0e6f5c-2b1a-4c3d-8e9f-${String(n).padStart(12, "0")}`;
}

/** A value that differs from all with another `version`. */
export function datastoreValue(n: number, version: number): DatastoreConfig {
  const value = codec.decode(JSON.stringify({
    UUID: datastoreKey(n),
    DsType: "DsHttps",
    Fqdn: "images.example.com",
    Dpath: `v${String(version).padStart(9, "0")}`,
    Region: "us-west-2",
  }));
  const missing = VALUE_BYTES - codec.encode(value).length;
  return missing <= 0 ? value : { ...value, Fqdn: value.Fqdn.padEnd(value.Fqdn.length + missing, "x") };
}
