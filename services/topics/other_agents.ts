/** Topics of EVE's other agents that our programs read (`spec/pubsub.md §14.2`). All may be absent. */
import { goAppInstanceStatus } from "./app_instance_status.ts";
import { goAppContainerMetrics, goDomainMetric } from "./app_metrics.ts";
import { goAppInstMetaData, goEdgeviewStatus, goPatchEnvelopeUsage } from "./app_reports.ts";
import { goAppInstanceSummary, goDownloaderStatus } from "./app_status.ts";
import { goAttestQuote, goEncryptedVaultKeyFromDevice, goVaultStatus } from "./attestation.ts";
import { goEdgeNodeCert } from "./certs.ts";
import { goCipherMetrics } from "./cipher_metrics.ts";
import { goDevicePortConfig } from "./device_port_config.ts";
import { goIPFlow } from "./ip_flow.ts";
import { goKubeClusterUpdateStatus } from "./kube_cluster_update_status.ts";
import { goMetricsMap } from "./metrics_map.ts";
import { goNetworkInstanceMetrics, goNetworkInstanceStatus } from "./network_instance_status.ts";
import { goNewlogMetrics } from "./newlog_metrics.ts";
import { goNodeAgentStatus, goNodeDrainStatus, goZbootStatus } from "./node_status.ts";
import { goPatchEnvelopeInfo } from "./patch_envelope.ts";
import { goAssignableAdapters } from "./physical_io_adapter_list.ts";
import { persistent, rawTopic, topicOf } from "./topic_of.ts";
import { goAppDiskMetric, goBlobStatus, goContentTreeStatus, goVolumeStatus } from "./volume_status.ts";
import { goWwanStatus } from "./wwan.ts";
import { goWwanMetrics } from "./wwan_metrics.ts";

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
    NetworkInstanceStatus: topicOf("zedrouter", "NetworkInstanceStatus", goNetworkInstanceStatus),
    NetworkInstanceMetrics: topicOf("zedrouter", "NetworkInstanceMetrics", goNetworkInstanceMetrics),
    AppNetworkStatus: rawTopic("zedrouter", "AppNetworkStatus"),
    AppContainerMetrics: topicOf("zedrouter", "AppContainerMetrics", goAppContainerMetrics),
    IPFlow: topicOf("zedrouter", "IPFlow", goIPFlow),
    NetworkMetrics: rawTopic("zedrouter", "NetworkMetrics"),
    MetricsMap: topicOf("zedrouter", "MetricsMap", goMetricsMap),
    NestedAppRuntimeDiskMetric: rawTopic("zedrouter", "NestedAppRuntimeDiskMetric"),
  },
  domainmgr: {
    AssignableAdapters: topicOf("domainmgr", "AssignableAdapters", goAssignableAdapters),
    HostMemory: rawTopic("domainmgr", "HostMemory"),
    Capabilities: rawTopic("domainmgr", "Capabilities"),
    CipherMetrics: topicOf("domainmgr", "CipherMetrics", goCipherMetrics),
    DomainMetric: topicOf("domainmgr", "DomainMetric", goDomainMetric),
    ProcessMetric: rawTopic("domainmgr", "ProcessMetric"),
  },
  volumemgr: {
    ContentTreeStatus: topicOf("volumemgr", "ContentTreeStatus", goContentTreeStatus),
    VolumeStatus: topicOf("volumemgr", "VolumeStatus", goVolumeStatus),
    BlobStatus: topicOf("volumemgr", "BlobStatus", goBlobStatus),
    DiskMetric: rawTopic("volumemgr", "DiskMetric"),
    AppDiskMetric: topicOf("volumemgr", "AppDiskMetric", goAppDiskMetric),
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
    CipherMetrics: topicOf("downloader", "CipherMetrics", goCipherMetrics),
  },
  mgmtproxy: {
    MetricsMap: topicOf("mgmtproxy", "MetricsMap", goMetricsMap),
  },
  wwan: {
    WwanStatus: topicOf("wwan", "WwanStatus", goWwanStatus),
    WwanMetrics: topicOf("wwan", "WwanMetrics", goWwanMetrics),
    WwanLocationInfo: rawTopic("wwan", "WwanLocationInfo"),
    CipherMetrics: topicOf("wwan", "CipherMetrics", goCipherMetrics),
  },
  newlogd: {
    NewlogMetrics: topicOf("newlogd", "NewlogMetrics", goNewlogMetrics),
  },
  edgeview: {
    EdgeviewStatus: topicOf("edgeview", "EdgeviewStatus", goEdgeviewStatus),
  },
  msrv: {
    AppInstMetaData: topicOf("msrv", "AppInstMetaData", goAppInstMetaData, persistent),
    PatchEnvelopeUsage: topicOf("msrv", "PatchEnvelopeUsage", goPatchEnvelopeUsage),
    PatchEnvelopeInfo: topicOf("msrv", "PatchEnvelopeInfo", goPatchEnvelopeInfo),
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
    KubeClusterUpdateStatus: topicOf(
      "zedagent",
      "KubeClusterUpdateStatus",
      goKubeClusterUpdateStatus,
      persistent,
    ),
  },
  monitor: {
    DevicePortConfig: topicOf("monitor", "DevicePortConfig", goDevicePortConfig, persistent),
  },
};
