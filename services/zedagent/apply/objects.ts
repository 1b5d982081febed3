/** Applies the sections that are passed on to other agents: cipher contexts, datastores, instances, volumes, apps (`spec/zedagent.md §6.1`, 12–16). */
import { common, config as proto, type EdgeDevConfig } from "../../../proto/device.ts";
import { type DatastoreConfig, goTime } from "../../topics/mod.ts";
import { apps, withoutLargeParts } from "../sections/apps.ts";
import { type CipherContexts, cipherContexts, referencedCertHashes } from "../sections/cipher.ts";
import { datastores, locConfig } from "../sections/datastores.ts";
import { edgeNodeCluster, edgeNodeInfo, type EdgeNodeNames } from "../sections/edge_node.ts";
import { networkInstances } from "../sections/network_instances.ts";
import { baseOs, contentTrees, volumes } from "../sections/volumes.ts";
import type { Applier } from "./applier.ts";
import { publishEntries } from "./publish_entries.ts";
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
  const { device, publications, hashes, reports } = applier;
  let contexts: CipherContexts = new Map();
  let stores: ReadonlyMap<string, DatastoreConfig> = new Map();
  const now = () => goTime(device.clock.now());

  return {
    get contexts(): CipherContexts {
      return contexts;
    },
    applyCipherContexts(config: EdgeDevConfig): void {
      if (!hashes.changed("cipherContexts", messages(common.CipherContext, config.cipherContexts))) return;
      const parsed = cipherContexts(config.cipherContexts);
      contexts = parsed.entries;
      reports.set("cipherContexts", [
        ...parsed.reports,
        ...publishEntries(publications.CipherContext, contexts),
      ]);
      deps.setReferencedHashes(referencedCertHashes(contexts));
      hashes.forget(...encryptedSections);
    },
    applyDatastores(config: EdgeDevConfig): void {
      if (!hashes.changed("datastores", messages(proto.DatastoreConfig, config.datastores))) return;
      const parsed = datastores(config.datastores, contexts, now());
      stores = parsed.entries;
      reports.set("datastores", [...parsed.reports, ...publishEntries(publications.DatastoreConfig, stores)]);
      hashes.forget("loc_config");
    },
    /** On each config, also without one. */
    applyLocConfig(config: EdgeDevConfig): void {
      if (!hashes.changed("loc_config", messages(proto.LOCConfig, config.loc_config))) return;
      const { value, reports: found } = locConfig(config.loc_config, stores);
      reports.set("loc_config", [
        ...found,
        ...publishEntries(publications.LOCConfig, new Map([["", value]])),
      ]);
    },
    applyBaseOs(config: EdgeDevConfig): void {
      if (!hashes.changed("baseos", messages(proto.BaseOS, config.baseos))) return;
      const parsed = baseOs(config.baseos);
      reports.set("baseos", [
        ...parsed.reports,
        ...publishEntries(publications.BaseOsConfig, parsed.entries),
      ]);
    },
    /** Also without a cluster: domainmgr and volumemgr wait for it. */
    applyCluster(config: EdgeDevConfig): void {
      if (!hashes.changed("cluster", messages(proto.EdgeNodeCluster, config.cluster))) return;
      const { value, reports: found } = edgeNodeCluster(config.cluster, contexts, now());
      reports.set("cluster", [
        ...found,
        ...publishEntries(publications.EdgeNodeClusterConfig, new Map([["global", value]])),
      ]);
    },
    applyNetworkInstances(config: EdgeDevConfig): void {
      const { networkInstances: list } = config;
      if (!hashes.changed("networkInstances", messages(proto.NetworkInstanceConfig, list))) return;
      const parsed = networkInstances(list, now());
      reports.set("networkInstances", [
        ...parsed.reports,
        ...publishEntries(publications.NetworkInstanceConfig, parsed.entries),
      ]);
    },
    applyContentTrees(config: EdgeDevConfig): void {
      if (hashes.changed("contentInfo", messages(proto.ContentTree, config.contentInfo))) {
        const parsed = contentTrees(config.contentInfo, deps.devUUID());
        reports.set("contentInfo", [
          ...parsed.reports,
          ...publishEntries(publications.ContentTreeConfig, parsed.entries),
        ]);
        publications.ContentTreeConfig.signalRestarted();
      }
    },
    applyVolumes(config: EdgeDevConfig): void {
      const references = config.apps.flatMap((app) => app.volumeRefList.map((ref) => ref.uuid)).join(",");
      if (hashes.changed("volumes", messages(proto.Volume, config.volumes), text(references))) {
        const parsed = volumes(config.volumes, config.apps, deps.devUUID());
        reports.set("volumes", [
          ...parsed.reports,
          ...publishEntries(publications.VolumeConfig, parsed.entries),
        ]);
        publications.VolumeConfig.signalRestarted();
      }
    },
    applyEdgeNodeInfo(names: EdgeNodeNames): void {
      const value = edgeNodeInfo(names, deps.devUUID());
      reports.set("id", publishEntries(publications.EdgeNodeInfo, new Map([["global", value]])));
    },
    applyApps(config: EdgeDevConfig): void {
      if (!hashes.changed("apps", messages(proto.AppInstanceConfig, config.apps))) return;
      const parsed = apps(config.apps, { contexts, devUUID: deps.devUUID(), now: now() });
      reports.set("apps", [
        ...parsed.reports,
        ...publishEntries(publications.AppInstanceConfig, parsed.entries, withoutLargeParts),
      ]);
    },
  };
}
