/** Topics of EVE's other agents that our programs read (`spec/pubsub.md §14.2`). All may be absent. */
import { goAppInstanceStatus, goAppInstanceSummary, goDownloaderStatus } from "./app_status.ts";
import { goAttestQuote, goEncryptedVaultKeyFromDevice, goVaultStatus } from "./attestation.ts";
import { goEdgeNodeCert } from "./certs.ts";
import { goDevicePortConfig } from "./device_port_config.ts";
import { goMetricsMap } from "./metrics_map.ts";
import { goNewlogMetrics } from "./newlog_metrics.ts";
import { goNodeAgentStatus, goNodeDrainStatus, goZbootStatus } from "./node_status.ts";
import { goAssignableAdapters } from "./physical_io_adapter_list.ts";
import { persistent, rawTopic, topicOf } from "./topic_of.ts";
import { goWwanStatus } from "./wwan.ts";

/** See `topics` in `table.ts`. */
export const otherAgents = {
  baseosmgr: {
    ZbootStatus: topicOf("baseosmgr", "ZbootStatus", goZbootStatus),
    BaseOsStatus: rawTopic("baseosmgr", "BaseOsStatus"),
    BaseOSMgrStatus: rawTopic("baseosmgr", "BaseOSMgrStatus"),
  },
  nodeagent: {
    NodeAgentStatus: topicOf("nodeagent", "NodeAgentStatus", goNodeAgentStatus),
  },
  zedmanager: {
    AppInstanceStatus: topicOf("zedmanager", "AppInstanceStatus", goAppInstanceStatus),
    AppInstanceSummary: topicOf("zedmanager", "AppInstanceSummary", goAppInstanceSummary),
  },
  zedrouter: {
    NetworkInstanceStatus: rawTopic("zedrouter", "NetworkInstanceStatus"),
    NetworkInstanceMetrics: rawTopic("zedrouter", "NetworkInstanceMetrics"),
    AppNetworkStatus: rawTopic("zedrouter", "AppNetworkStatus"),
    AppContainerMetrics: rawTopic("zedrouter", "AppContainerMetrics"),
    IPFlow: rawTopic("zedrouter", "IPFlow"),
    NetworkMetrics: rawTopic("zedrouter", "NetworkMetrics"),
    MetricsMap: topicOf("zedrouter", "MetricsMap", goMetricsMap),
    NestedAppRuntimeDiskMetric: rawTopic("zedrouter", "NestedAppRuntimeDiskMetric"),
  },
  domainmgr: {
    AssignableAdapters: topicOf("domainmgr", "AssignableAdapters", goAssignableAdapters),
    HostMemory: rawTopic("domainmgr", "HostMemory"),
    Capabilities: rawTopic("domainmgr", "Capabilities"),
    CipherMetrics: rawTopic("domainmgr", "CipherMetrics"),
    DomainMetric: rawTopic("domainmgr", "DomainMetric"),
    ProcessMetric: rawTopic("domainmgr", "ProcessMetric"),
  },
  volumemgr: {
    ContentTreeStatus: rawTopic("volumemgr", "ContentTreeStatus"),
    VolumeStatus: rawTopic("volumemgr", "VolumeStatus"),
    BlobStatus: rawTopic("volumemgr", "BlobStatus"),
    DiskMetric: rawTopic("volumemgr", "DiskMetric"),
    AppDiskMetric: rawTopic("volumemgr", "AppDiskMetric"),
  },
  tpmmgr: {
    EdgeNodeCert: topicOf("tpmmgr", "EdgeNodeCert", goEdgeNodeCert, persistent),
    AttestQuote: topicOf("tpmmgr", "AttestQuote", goAttestQuote),
  },
  vaultmgr: {
    VaultStatus: topicOf("vaultmgr", "VaultStatus", goVaultStatus),
    EncryptedVaultKeyFromDevice: topicOf(
      "vaultmgr",
      "EncryptedVaultKeyFromDevice",
      goEncryptedVaultKeyFromDevice,
    ),
  },
  downloader: {
    DownloaderStatus: topicOf("downloader", "DownloaderStatus", goDownloaderStatus),
    MetricsMap: topicOf("downloader", "MetricsMap", goMetricsMap),
    CipherMetrics: rawTopic("downloader", "CipherMetrics"),
  },
  mgmtproxy: {
    MetricsMap: topicOf("mgmtproxy", "MetricsMap", goMetricsMap),
  },
  wwan: {
    WwanStatus: topicOf("wwan", "WwanStatus", goWwanStatus),
    WwanMetrics: rawTopic("wwan", "WwanMetrics"),
    WwanLocationInfo: rawTopic("wwan", "WwanLocationInfo"),
    CipherMetrics: rawTopic("wwan", "CipherMetrics"),
  },
  newlogd: {
    NewlogMetrics: topicOf("newlogd", "NewlogMetrics", goNewlogMetrics),
  },
  edgeview: {
    EdgeviewStatus: rawTopic("edgeview", "EdgeviewStatus"),
  },
  msrv: {
    AppInstMetaData: rawTopic("msrv", "AppInstMetaData", persistent),
    PatchEnvelopeUsage: rawTopic("msrv", "PatchEnvelopeUsage"),
    PatchEnvelopeInfo: rawTopic("msrv", "PatchEnvelopeInfo"),
  },
  zfsmanager: {
    ZFSPoolStatus: rawTopic("zfsmanager", "ZFSPoolStatus"),
    ZFSPoolMetrics: rawTopic("zfsmanager", "ZFSPoolMetrics"),
  },
  scepclient: {
    EnrolledCertificateStatus: rawTopic("scepclient", "EnrolledCertificateStatus", persistent),
  },
  zedkube: {
    KubeClusterInfo: rawTopic("zedkube", "KubeClusterInfo"),
    NodeDrainStatus: topicOf("zedkube", "NodeDrainStatus", goNodeDrainStatus),
    EdgeNodeClusterStatus: rawTopic("zedkube", "EdgeNodeClusterStatus"),
    KubeUserServices: rawTopic("zedkube", "KubeUserServices"),
    /** Published by zedkube under the agent name zedagent. */
    KubeClusterUpdateStatus: rawTopic("zedagent", "KubeClusterUpdateStatus", persistent),
  },
  monitor: {
    DevicePortConfig: topicOf("monitor", "DevicePortConfig", goDevicePortConfig, persistent),
  },
};
