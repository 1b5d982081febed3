/** Steps of the sections that are passed on to other agents: cipher contexts, datastores, instances, volumes, apps (`spec/zedagent.md §6.1`, 12–16). */
import { common, config as proto, type EdgeDevConfig } from "../../../proto/device.ts";
import type { ZCert } from "../../../controllerconn/mod.ts";
import { type DatastoreConfig, goTime } from "../../topics/mod.ts";
import { apps, withoutLargeParts } from "../sections/apps.ts";
import { type CipherContexts, cipherContexts, referencedCertHashes } from "../sections/cipher.ts";
import { datastores, locConfig } from "../sections/datastores.ts";
import { edgeNodeDisks } from "../sections/disks.ts";
import { edgeNodeCluster, edgeNodeInfo, edgeNodeNames } from "../sections/edge_node.ts";
import { networkInstances } from "../sections/network_instances.ts";
import { baseOs, contentTrees, volumes } from "../sections/volumes.ts";
import type { Applier } from "./applier.ts";
import { edgeViewStep, patchEnvelopesStep } from "./file_sections.ts";
import { publishSection, singleEntry } from "./publish_entries.ts";
import { messages, text } from "./section_hashes.ts";
import type { SectionOutcome } from "./section_state.ts";
import type { SectionStep } from "./section_step.ts";

/** What the appliers of objects ask for. */
export interface ObjectDeps {
  readonly devUUID: () => string;
  /** The controller's certificates, as they are stored. */
  readonly controllerCerts: () => readonly ZCert[];
  /** Certificates that cipher contexts need, lower-case hex. */
  setReferencedHashes(hashes: ReadonlySet<string>): void;
  /** A certificate is needed that is not there. */
  requestCerts(): void;
}

/** The steps in groups, in the order of `spec/zedagent.md §6.1`. */
export interface ObjectSteps {
  readonly contexts: CipherContexts;
  /** 5, also without one; once more after the datastores, which it refers to. */
  readonly loc: SectionStep;
  /** 12 */
  readonly encryption: readonly SectionStep[];
  /** 14 */
  readonly objects: readonly SectionStep[];
  /** 16 */
  readonly apps: readonly SectionStep[];
}

/** Keeps the parsed contexts and datastores between configurations. */
export function objectSteps(applier: Applier, deps: ObjectDeps): ObjectSteps {
  const { device, publications, states } = applier;
  let contexts: CipherContexts = new Map();
  let stores: ReadonlyMap<string, DatastoreConfig> = new Map();
  const now = () => goTime(device.clock.now());
  const own = () => text(deps.devUUID());
  const encryption = () => text(states.desired("cipherContexts"));

  const loc: SectionStep = {
    section: "loc_config",
    parts: (config) => [messages(proto.LOCConfig, config.loc_config), text(states.desired("datastores"))],
    work: (config) =>
      publishSection(publications.LOCConfig, singleEntry("", locConfig(config.loc_config, stores))),
  };
  const cipherStep: SectionStep = {
    section: "cipherContexts",
    parts: (config) => [messages(common.CipherContext, config.cipherContexts)],
    work(config) {
      const parsed = cipherContexts(config.cipherContexts);
      contexts = parsed.entries;
      const outcome = publishSection(publications.CipherContext, parsed);
      deps.setReferencedHashes(referencedCertHashes(contexts));
      return withMissingCerts(outcome);
    },
  };
  const datastoreStep: SectionStep = {
    section: "datastores",
    parts: (config) => [messages(proto.DatastoreConfig, config.datastores), encryption()],
    work(config) {
      const parsed = datastores(config.datastores, contexts, now());
      stores = parsed.entries;
      return publishSection(publications.DatastoreConfig, parsed);
    },
  };

  /** What is encrypted for a certificate that nobody has can't be read: the certificate is asked for. */
  function withMissingCerts(outcome: SectionOutcome): SectionOutcome {
    const known = new Set(deps.controllerCerts().map(({ certHash }) => certHash.toHex()));
    const missing = [...referencedCertHashes(contexts)].filter((hash) => !known.has(hash));
    if (missing.length === 0) return outcome;
    deps.requestCerts();
    return {
      ...outcome,
      pending: outcome.pending ?? {
        waits: "certificates",
        reasons: missing.map((hash) => `the controller certificate ${hash} is not there`),
      },
    };
  }

  const objects: readonly SectionStep[] = [
    {
      section: "baseos",
      parts: (config) => [messages(proto.BaseOS, config.baseos)],
      work: (config) => publishSection(publications.BaseOsConfig, baseOs(config.baseos)),
    },
    {
      // Also without a cluster: domainmgr and volumemgr wait for it.
      section: "cluster",
      parts: (config) => [messages(proto.EdgeNodeCluster, config.cluster), encryption()],
      work: (config) =>
        publishSection(
          publications.EdgeNodeClusterConfig,
          singleEntry("global", edgeNodeCluster(config.cluster, contexts, now())),
        ),
    },
    {
      section: "networkInstances",
      parts: (config) => [messages(proto.NetworkInstanceConfig, config.networkInstances)],
      work: (config) =>
        publishSection(publications.NetworkInstanceConfig, networkInstances(config.networkInstances, now())),
    },
    {
      section: "contentInfo",
      parts: (config) => [messages(proto.ContentTree, config.contentInfo), own()],
      work(config) {
        const found = contentTrees(config.contentInfo, deps.devUUID());
        const outcome = publishSection(publications.ContentTreeConfig, found);
        publications.ContentTreeConfig.signalRestarted();
        return outcome;
      },
    },
    {
      section: "volumes",
      parts: (config) => [messages(proto.Volume, config.volumes), text(volumeReferences(config)), own()],
      work(config) {
        const found = volumes(config.volumes, config.apps, deps.devUUID());
        const outcome = publishSection(publications.VolumeConfig, found);
        publications.VolumeConfig.signalRestarted();
        return outcome;
      },
    },
    edgeViewStep(applier, deps),
    {
      section: "names",
      parts: (config) => [text(JSON.stringify([config.id !== null, edgeNodeNames(config)])), own()],
      work(config) {
        const id: EdgeDevConfig["id"] | null = config.id;
        if (id === null) return { refused: [] };
        const value = edgeNodeInfo(edgeNodeNames(config), deps.devUUID());
        return publishSection(publications.EdgeNodeInfo, singleEntry("global", { value, reports: [] }));
      },
    },
  ];

  const appSteps: readonly SectionStep[] = [{
    section: "apps",
    parts: (config) => [messages(proto.AppInstanceConfig, config.apps), encryption(), own()],
    work(config) {
      const parsed = apps(config.apps, { contexts, devUUID: deps.devUUID(), now: now() });
      return publishSection(publications.AppInstanceConfig, parsed, withoutLargeParts);
    },
  }, {
    section: "disks",
    parts: (config) => [messages(proto.DisksConfig, config.disks)],
    work: (config) => publishSection(publications.EdgeNodeDisks, edgeNodeDisks(config.disks)),
  }, patchEnvelopesStep(applier, () => contexts, encryption)];

  return {
    get contexts() {
      return contexts;
    },
    loc,
    encryption: [cipherStep, datastoreStep, loc],
    objects,
    apps: appSteps,
  };
}

function volumeReferences(config: EdgeDevConfig): string {
  return config.apps.flatMap((app) => app.volumeRefList.map((ref) => ref.uuid)).join(",");
}
