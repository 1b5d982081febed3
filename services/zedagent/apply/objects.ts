/** Applies the sections that are passed on to other agents: cipher contexts, datastores, instances, volumes, apps (`spec/zedagent.md §6.1`, 12–16). */
import { common, config as proto, type EdgeDevConfig } from "../../../proto/device.ts";
import type { Publication } from "../../pubsub/mod.ts";
import { type DatastoreConfig, goTime } from "../../topics/mod.ts";
import { apps, withoutLargeParts } from "../sections/apps.ts";
import { type CipherContexts, cipherContexts, referencedCertHashes } from "../sections/cipher.ts";
import { datastores, locConfig } from "../sections/datastores.ts";
import { edgeNodeCluster, edgeNodeInfo, type EdgeNodeNames } from "../sections/edge_node.ts";
import { networkInstances } from "../sections/network_instances.ts";
import type { Section } from "../sections/section.ts";
import { baseOs, contentTrees, volumes } from "../sections/volumes.ts";
import type { Applier } from "./applier.ts";
import { publishSection } from "./publish_entries.ts";
import { messages, text } from "./section_hashes.ts";

/** Hashes that depend on cipher contexts. */
const encryptedSections = ["networks", "systemAdapterList", "datastores", "apps", "cluster"] as const;

/** What the appliers of objects ask for. */
export interface ObjectDeps {
  readonly devUUID: () => string;
  /** Certificates that cipher contexts need, lower-case hex. */
  setReferencedHashes(hashes: ReadonlySet<string>): void;
}

/** Keeps the parsed contexts and datastores between configurations. */
export function objectsApplier(applier: Applier, deps: ObjectDeps) {
  const { device, publications, hashes } = applier;
  let contexts: CipherContexts = new Map();
  let stores: ReadonlyMap<string, DatastoreConfig> = new Map();
  const now = () => goTime(device.clock.now());

  const publish = <T>(
    name: string,
    publication: Publication<T>,
    found: Section<T>,
    smaller?: (value: T, reason: string) => T,
  ) => publishSection(applier, name, publication, found, smaller);
  const single = <T>(key: string, found: { readonly value: T; readonly reports: readonly string[] }) => ({
    entries: new Map([[key, found.value]]),
    reports: found.reports,
  });

  return {
    get contexts(): CipherContexts {
      return contexts;
    },
    applyCipherContexts(config: EdgeDevConfig): void {
      if (!hashes.changed("cipherContexts", messages(common.CipherContext, config.cipherContexts))) return;
      const parsed = cipherContexts(config.cipherContexts);
      contexts = parsed.entries;
      publish("cipherContexts", publications.CipherContext, parsed);
      deps.setReferencedHashes(referencedCertHashes(contexts));
      hashes.forget(...encryptedSections);
    },
    applyDatastores(config: EdgeDevConfig): void {
      if (!hashes.changed("datastores", messages(proto.DatastoreConfig, config.datastores))) return;
      const parsed = datastores(config.datastores, contexts, now());
      stores = parsed.entries;
      publish("datastores", publications.DatastoreConfig, parsed);
      hashes.forget("loc_config");
    },
    /** Also without one. */
    applyLocConfig(config: EdgeDevConfig): void {
      if (!hashes.changed("loc_config", messages(proto.LOCConfig, config.loc_config))) return;
      publish("loc_config", publications.LOCConfig, single("", locConfig(config.loc_config, stores)));
    },
    applyBaseOs(config: EdgeDevConfig): void {
      if (!hashes.changed("baseos", messages(proto.BaseOS, config.baseos))) return;
      publish("baseos", publications.BaseOsConfig, baseOs(config.baseos));
    },
    /** Also without a cluster: domainmgr and volumemgr wait for it. */
    applyCluster(config: EdgeDevConfig): void {
      if (!hashes.changed("cluster", messages(proto.EdgeNodeCluster, config.cluster))) return;
      const found = edgeNodeCluster(config.cluster, contexts, now());
      publish("cluster", publications.EdgeNodeClusterConfig, single("global", found));
    },
    applyNetworkInstances(config: EdgeDevConfig): void {
      const { networkInstances: list } = config;
      if (!hashes.changed("networkInstances", messages(proto.NetworkInstanceConfig, list))) return;
      publish("networkInstances", publications.NetworkInstanceConfig, networkInstances(list, now()));
    },
    applyContentTrees(config: EdgeDevConfig): void {
      if (!hashes.changed("contentInfo", messages(proto.ContentTree, config.contentInfo))) return;
      publish(
        "contentInfo",
        publications.ContentTreeConfig,
        contentTrees(config.contentInfo, deps.devUUID()),
      );
      publications.ContentTreeConfig.signalRestarted();
    },
    applyVolumes(config: EdgeDevConfig): void {
      const references = config.apps.flatMap((app) => app.volumeRefList.map((ref) => ref.uuid)).join(",");
      if (!hashes.changed("volumes", messages(proto.Volume, config.volumes), text(references))) return;
      publish("volumes", publications.VolumeConfig, volumes(config.volumes, config.apps, deps.devUUID()));
      publications.VolumeConfig.signalRestarted();
    },
    applyEdgeNodeInfo(names: EdgeNodeNames): void {
      const value = edgeNodeInfo(names, deps.devUUID());
      publish("names", publications.EdgeNodeInfo, single("global", { value, reports: [] }));
    },
    applyApps(config: EdgeDevConfig): void {
      if (!hashes.changed("apps", messages(proto.AppInstanceConfig, config.apps))) return;
      const parsed = apps(config.apps, { contexts, devUUID: deps.devUUID(), now: now() });
      publish("apps", publications.AppInstanceConfig, parsed, withoutLargeParts);
    },
  };
}
