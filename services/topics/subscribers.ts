/**
 * Who reads each topic: our programs (◆) and EVE's other agents (○), named as on the bus (`spec/pubsub.md §14.1, §14.2`).
 * Of the topics of other agents only our own readers are known. Readers that only look at files (edgeview, shells) are left out.
 */
import { topicPath } from "../pubsub/mod.ts";
import type { TopicName } from "../pubsub/mod.ts";
import { topics } from "./table.ts";

type Readers = readonly string[];
/** One list for each topic of a table of topics: a topic without its list does not compile. */
type ReadersOf<Table> = {
  readonly [Agent in keyof Table]: { readonly [Name in keyof Table[Agent]]: Readers };
};

/** As bus names: of our five, `client` is `zedclient`. */
export const subscribers: ReadersOf<typeof topics> = {
  global: {
    LedBlinkCounter: ["diag", "ledmanager"],
    DevicePortConfig: ["nim"],
  },
  zedclient: {
    OnboardingStatus: [
      ...["zedagent", "nim", "loguploader", "diag"],
      ...["domainmgr", "monitor", "scepclient", "wstunnelclient", "newlogd", "wait helper"],
    ],
    MetricsMap: ["zedagent"],
  },
  zedagent: {
    ConfigItemValueMap: [
      ...["zedagent", "nim", "loguploader", "zedclient", "diag"],
      ...["newlogd", "wwan", "baseosmgr", "domainmgr", "downloader", "nodeagent", "volumemgr", "zedmanager"],
      ...["zedrouter", "tpmmgr", "vaultmgr", "ledmanager", "msrv", "monitor", "scepclient", "mgmtproxy"],
      ...["verifier", "watcher", "vcomlink", "wstunnelclient", "zedkube", "zfsmanager", "faultinjection"],
    ],
    ZedAgentStatus: [
      ...["nim", "loguploader", "diag"],
      ...["baseosmgr", "monitor", "nodeagent", "scepclient", "volumemgr", "zedkube", "zedmanager"],
    ],
    DevicePortConfig: ["nim"],
    ControllerCert: [
      "nim",
      ...["wwan", "downloader", "domainmgr", "msrv", "scepclient", "collectinfo", "zedkube"],
    ],
    NetworkInstanceConfig: ["nim", "zedrouter"],
    AppInstanceConfig: ["loguploader", "zedmanager", "zedkube", "wstunnelclient"],
    MetricsMap: [],
    CipherContext: [],
    NetworkXObjectConfig: ["zedagent"],
    AppNetworkConfig: ["zedrouter", "msrv"],
    BaseOsConfig: ["baseosmgr"],
    ContentTreeConfig: ["volumemgr"],
    VolumeConfig: ["volumemgr"],
    DatastoreConfig: ["downloader", "volumemgr"],
    PhysicalIOAdapterList: ["domainmgr"],
    EdgeNodeDisks: ["zfsmanager"],
    EdgeNodeInfo: ["zedmanager", "monitor", "msrv", "kube-init", "wait helper"],
    EdgeNodeClusterConfig: ["zedkube", "domainmgr", "volumemgr", "kube-init"],
    SCEPProfile: ["scepclient"],
    LOCConfig: ["collectinfo"],
    CollectInfoCmd: ["collectinfo"],
    PatchEnvelopeInfoList: ["msrv"],
    AttestNonce: ["tpmmgr"],
    EncryptedVaultKeyFromController: ["vaultmgr"],
    NodeDrainRequest: ["zedkube"],
  },
  nim: {
    DeviceNetworkStatus: [
      ...["zedagent", "loguploader", "zedclient", "diag"],
      ...["domainmgr", "downloader", "ledmanager", "mgmtproxy", "monitor", "msrv", "scepclient"],
      ...["waitforaddr", "wstunnelclient", "zedkube", "zedrouter"],
    ],
    DevicePortConfigList: ["zedagent", "diag", "monitor"],
    MetricsMap: ["zedagent"],
    CipherMetrics: ["zedagent"],
    PNACMetricsList: ["zedagent"],
    BondMetricsList: ["zedagent"],
    WwanConfig: ["wwan"],
    CipherBlockStatus: [],
    DevicePortConfig: [],
    dummyDevicePortConfig: [],
  },
  loguploader: { NewlogMetrics: ["newlogd"], MetricsMap: ["zedagent"] },
  diag: { MetricsMap: ["zedagent"] },
  baseosmgr: { ZbootStatus: ["zedagent"], BaseOsStatus: ["zedagent"], BaseOSMgrStatus: ["zedagent"] },
  nodeagent: { NodeAgentStatus: ["zedagent"] },
  zedmanager: { AppInstanceStatus: ["zedagent", "diag"], AppInstanceSummary: ["diag"] },
  zedrouter: {
    NetworkInstanceStatus: ["zedagent"],
    NetworkInstanceMetrics: ["zedagent"],
    AppNetworkStatus: ["zedagent"],
    AppContainerMetrics: ["zedagent"],
    IPFlow: ["zedagent"],
    NetworkMetrics: ["zedagent"],
    MetricsMap: ["zedagent"],
    NestedAppRuntimeDiskMetric: ["zedagent"],
  },
  domainmgr: {
    AssignableAdapters: ["zedagent", "nim"],
    HostMemory: ["zedagent"],
    Capabilities: ["zedagent"],
    CipherMetrics: ["zedagent"],
    DomainMetric: ["zedagent"],
    ProcessMetric: ["zedagent"],
  },
  volumemgr: {
    ContentTreeStatus: ["zedagent"],
    VolumeStatus: ["zedagent"],
    BlobStatus: ["zedagent"],
    DiskMetric: ["zedagent"],
    AppDiskMetric: ["zedagent"],
  },
  tpmmgr: { EdgeNodeCert: ["zedagent", "nim"], AttestQuote: ["zedagent"] },
  vaultmgr: { VaultStatus: ["zedagent", "nim", "diag"], EncryptedVaultKeyFromDevice: ["zedagent"] },
  downloader: { DownloaderStatus: ["diag"], MetricsMap: ["zedagent"], CipherMetrics: ["zedagent"] },
  mgmtproxy: { MetricsMap: ["zedagent"] },
  wwan: {
    WwanStatus: ["zedagent", "nim"],
    WwanMetrics: ["zedagent"],
    WwanLocationInfo: ["zedagent"],
    CipherMetrics: ["zedagent"],
  },
  newlogd: { NewlogMetrics: ["zedagent"] },
  edgeview: { EdgeviewStatus: ["zedagent"] },
  msrv: { AppInstMetaData: ["zedagent"], PatchEnvelopeUsage: ["zedagent"], PatchEnvelopeInfo: ["zedagent"] },
  zfsmanager: { ZFSPoolStatus: ["zedagent"], ZFSPoolMetrics: ["zedagent"] },
  scepclient: { EnrolledCertificateStatus: ["zedagent", "nim"] },
  zedkube: {
    KubeClusterInfo: ["zedagent"],
    NodeDrainStatus: ["zedagent", "diag"],
    EdgeNodeClusterStatus: ["nim"],
    KubeUserServices: ["nim"],
    KubeClusterUpdateStatus: ["zedagent"],
  },
  monitor: { DevicePortConfig: ["nim"] },
};

const lists: Readonly<Record<string, Readonly<Record<string, Readers>>>> = subscribers;
const byPath: ReadonlyMap<string, Readers> = new Map(
  Object.entries(topics).flatMap(([agent, members]) =>
    Object.entries(members).map(([name, topic]): [string, Readers] => [
      topicPath(topic),
      lists[agent]?.[name] ?? [],
    ])
  ),
);

/** The readers of a topic, ours first; undefined for a topic that is not in our table. @throws {PubsubError} `bad-topic` */
export function subscribersOf(topic: TopicName): readonly string[] | undefined {
  return byPath.get(topicPath(topic));
}
