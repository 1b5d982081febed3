/** Every topic that the config side publishes, opened once (`spec/zedagent.md §2`, step 3, `§6.2`). */
import type { Bus } from "../../pubsub/mod.ts";
import { topics } from "../../topics/mod.ts";

/** See {@linkcode openPublications}. */
export type Publications = ReturnType<typeof openPublications>;

/**
 * Takes over what an earlier process of this boot left there; restart counters are cleared.
 * @throws {PubsubError} `owned` if another zedagent runs, `io`
 */
export function openPublications(bus: Bus) {
  const { zedagent } = topics;
  const publications = {
    ConfigItemValueMap: bus.publication(zedagent.ConfigItemValueMap),
    DevicePortConfig: bus.publication(zedagent.DevicePortConfig),
    NetworkXObjectConfig: bus.publication(zedagent.NetworkXObjectConfig),
    PhysicalIOAdapterList: bus.publication(zedagent.PhysicalIOAdapterList),
    CipherContext: bus.publication(zedagent.CipherContext),
    DatastoreConfig: bus.publication(zedagent.DatastoreConfig),
    LOCConfig: bus.publication(zedagent.LOCConfig),
    EdgeNodeInfo: bus.publication(zedagent.EdgeNodeInfo),
    EdgeNodeClusterConfig: bus.publication(zedagent.EdgeNodeClusterConfig),
    BaseOsConfig: bus.publication(zedagent.BaseOsConfig),
    ContentTreeConfig: bus.publication(zedagent.ContentTreeConfig),
    VolumeConfig: bus.publication(zedagent.VolumeConfig),
    NetworkInstanceConfig: bus.publication(zedagent.NetworkInstanceConfig),
    AppInstanceConfig: bus.publication(zedagent.AppInstanceConfig),
    SCEPProfile: bus.publication(zedagent.SCEPProfile),
    EdgeNodeDisks: bus.publication(zedagent.EdgeNodeDisks),
    PatchEnvelopeInfoList: bus.publication(zedagent.PatchEnvelopeInfoList),
    ConfigSections: bus.publication(zedagent.ConfigSections),
    AppNetworkConfig: bus.publication(zedagent.AppNetworkConfig),
  };
  for (const publication of Object.values(publications)) publication.clearRestarted();
  return publications;
}
