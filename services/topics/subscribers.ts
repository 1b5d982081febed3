/** Who reads which topic, EVE's other agents included (`spec/pubsub.md §14.1, 14.2`). */
import { type Topic, topicPath } from "../pubsub/mod.ts";

const zedagentReads = (topics: string) =>
  Object.fromEntries(topics.split(" ").map((topic) => [topic, "zedagent"]));

/** Topic path, with ` P` where it is persistent → names on the bus, ours first. */
const table: Readonly<Record<string, string>> = {
  "zedagent/ConfigItemValueMap":
    "zedagent nim loguploader zedclient diag newlogd wwan baseosmgr domainmgr downloader nodeagent volumemgr " +
    "zedmanager zedrouter tpmmgr vaultmgr ledmanager msrv monitor scepclient mgmtproxy verifier watcher vcomlink " +
    "wstunnelclient zedkube zfsmanager faultinjection",
  "zedagent/ZedAgentStatus":
    "nim loguploader diag baseosmgr monitor nodeagent scepclient volumemgr zedkube zedmanager",
  "zedagent/DevicePortConfig": "nim",
  "zedagent/ControllerCert": "nim wwan downloader domainmgr msrv scepclient collectinfo zedkube",
  "zedagent/NetworkInstanceConfig": "nim zedrouter",
  "zedagent/AppInstanceConfig": "loguploader zedmanager zedkube wstunnelclient",
  "zedagent/NetworkXObjectConfig": "zedagent",
  "zedagent/AppNetworkConfig": "zedrouter msrv",
  "zedagent/BaseOsConfig": "baseosmgr",
  "zedagent/ContentTreeConfig": "volumemgr",
  "zedagent/VolumeConfig": "volumemgr",
  "zedagent/DatastoreConfig": "downloader volumemgr",
  "zedagent/PhysicalIOAdapterList": "domainmgr",
  "zedagent/EdgeNodeDisks": "zfsmanager",
  "zedagent/EdgeNodeInfo": "zedmanager monitor msrv kube-init wait",
  "zedagent/EdgeNodeClusterConfig": "zedkube domainmgr volumemgr kube-init",
  "zedagent/SCEPProfile": "scepclient",
  "zedagent/LOCConfig": "collectinfo",
  "zedagent/CollectInfoCmd": "collectinfo",
  "zedagent/PatchEnvelopeInfoList P": "msrv",
  "zedagent/AttestNonce": "tpmmgr",
  "zedagent/EncryptedVaultKeyFromController": "vaultmgr",
  "zedagent/NodeDrainRequest": "zedkube",
  "nim/DeviceNetworkStatus":
    "zedagent loguploader zedclient diag domainmgr downloader ledmanager mgmtproxy monitor msrv scepclient " +
    "waitforaddr wstunnelclient zedkube zedrouter",
  "nim/DevicePortConfigList P": "zedagent diag monitor",
  "nim/WwanConfig": "wwan",
  "zedclient/OnboardingStatus P":
    "zedagent nim loguploader diag domainmgr monitor scepclient wstunnelclient newlogd wait",
  "loguploader/NewlogMetrics": "newlogd",
  "global/LedBlinkCounter": "diag ledmanager",
  "global/DevicePortConfig": "nim",
  "tpmmgr/EdgeNodeCert P": "zedagent nim",
  "monitor/DevicePortConfig P": "nim",
  "domainmgr/AssignableAdapters": "zedagent nim",
  "wwan/WwanStatus": "zedagent nim",
  "zedkube/EdgeNodeClusterStatus": "nim",
  "zedkube/KubeUserServices": "nim",
  "zedkube/NodeDrainStatus": "zedagent diag",
  "vaultmgr/VaultStatus": "zedagent nim diag",
  "scepclient/EnrolledCertificateStatus P": "zedagent nim",
  "zedmanager/AppInstanceStatus": "zedagent diag",
  "zedmanager/AppInstanceSummary": "diag",
  "downloader/DownloaderStatus": "diag",
  ...zedagentReads(
    "nim/MetricsMap nim/CipherMetrics nim/PNACMetricsList nim/BondMetricsList zedclient/MetricsMap " +
      "loguploader/MetricsMap diag/MetricsMap baseosmgr/ZbootStatus baseosmgr/BaseOsStatus baseosmgr/BaseOSMgrStatus " +
      "nodeagent/NodeAgentStatus zedrouter/NetworkInstanceStatus zedrouter/NetworkInstanceMetrics " +
      "zedrouter/AppNetworkStatus zedrouter/AppContainerMetrics zedrouter/IPFlow zedrouter/NetworkMetrics " +
      "zedrouter/MetricsMap zedrouter/NestedAppRuntimeDiskMetric domainmgr/HostMemory domainmgr/Capabilities " +
      "domainmgr/CipherMetrics domainmgr/DomainMetric domainmgr/ProcessMetric volumemgr/ContentTreeStatus " +
      "volumemgr/VolumeStatus volumemgr/BlobStatus volumemgr/DiskMetric volumemgr/AppDiskMetric tpmmgr/AttestQuote " +
      "vaultmgr/EncryptedVaultKeyFromDevice downloader/MetricsMap downloader/CipherMetrics mgmtproxy/MetricsMap " +
      "wwan/WwanMetrics wwan/WwanLocationInfo wwan/CipherMetrics newlogd/NewlogMetrics edgeview/EdgeviewStatus " +
      "msrv/PatchEnvelopeUsage msrv/PatchEnvelopeInfo zfsmanager/ZFSPoolStatus zfsmanager/ZFSPoolMetrics " +
      "zedkube/KubeClusterInfo",
  ),
  "nodeagent/NodeAgentStatus": "zedagent nim",
  "msrv/AppInstMetaData P": "zedagent",
  "zedagent/KubeClusterUpdateStatus P": "zedagent",
};

/** Names on the bus of those who subscribe; empty where only files are read (`zedagent/MetricsMap`) or nobody reads. */
export function subscribersOf(topic: Topic<unknown>): readonly string[] {
  const names = table[`${topicPath(topic)}${topic.persistent ? " P" : ""}`];
  return names === undefined ? [] : names.split(" ");
}

/** Every path in the table, for whoever holds it against the topics. */
export function pathsWithSubscribers(): readonly string[] {
  return Object.keys(table);
}
