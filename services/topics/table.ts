/**
 * Every topic that our programs publish or read, by agent, and which of them each program owns
 * (`spec/pubsub.md §14`). Keys and subscribers are in the same section.
 */
import type { Topic } from "../pubsub/mod.ts";
import { goAppInstanceConfig } from "./app_instance_config.ts";
import { goAttestNonce, goEncryptedVaultKeyFromController } from "./attestation.ts";
import { goControllerCert } from "./certs.ts";
import { goCipherBlockStatus, goCipherContext } from "./cipher.ts";
import { goCipherMetrics } from "./cipher_metrics.ts";
import { goConfigItemValueMap } from "./config_item_value_map.ts";
import { goConfigSection } from "./config_sections.ts";
import { goCollectInfoCmd, goDatastoreConfig, goLOCConfig } from "./datastore_config.ts";
import { goDeferredQueueMetrics } from "./deferred_queue_metrics.ts";
import { goDeviceNetworkStatus } from "./device_network_status.ts";
import { goDevicePortConfig, goDevicePortConfigList } from "./device_port_config.ts";
import { goEdgeNodeClusterConfig, goEdgeNodeInfo } from "./edge_node.ts";
import { goEdgeNodeDisks } from "./edge_node_disks.ts";
import { goLedBlinkCounter } from "./led_blink_counter.ts";
import { goMetricsMap } from "./metrics_map.ts";
import { goNetworkInstanceConfig, goNetworkXObjectConfig } from "./network_config.ts";
import { goNewlogMetrics } from "./newlog_metrics.ts";
import { goOnboardingStatus } from "./onboarding_status.ts";
import { otherAgents } from "./other_agents.ts";
import { goPatchEnvelopeInfoList } from "./patch_envelope.ts";
import { goPhysicalIOAdapterList } from "./physical_io_adapter_list.ts";
import { goSCEPProfile } from "./scep_profile.ts";
import { persistent, rawTopic, topicOf } from "./topic_of.ts";
import { goTrafficCounters } from "./traffic_counters.ts";
import { goBaseOsConfig, goContentTreeConfig, goVolumeConfig } from "./volume_config.ts";
import { goWwanConfig } from "./wwan.ts";
import { goZedAgentStatus } from "./zed_agent_status.ts";

const manyWriters = { manyWriters: true } as const;

/** Ours, not EVE's: `TrafficCounters` of a program that talks to the controller. */
function trafficCounters(agent: string) {
  return topicOf(agent, "TrafficCounters", goTrafficCounters);
}

const zedagent = {
  ConfigItemValueMap: topicOf("zedagent", "ConfigItemValueMap", goConfigItemValueMap),
  ZedAgentStatus: topicOf("zedagent", "ZedAgentStatus", goZedAgentStatus),
  DevicePortConfig: topicOf("zedagent", "DevicePortConfig", goDevicePortConfig),
  ControllerCert: topicOf("zedagent", "ControllerCert", goControllerCert),
  NetworkInstanceConfig: topicOf("zedagent", "NetworkInstanceConfig", goNetworkInstanceConfig),
  AppInstanceConfig: topicOf("zedagent", "AppInstanceConfig", goAppInstanceConfig),
  MetricsMap: topicOf("zedagent", "MetricsMap", goMetricsMap),
  CipherContext: topicOf("zedagent", "CipherContext", goCipherContext),
  NetworkXObjectConfig: topicOf("zedagent", "NetworkXObjectConfig", goNetworkXObjectConfig),
  AppNetworkConfig: rawTopic("zedagent", "AppNetworkConfig"),
  BaseOsConfig: topicOf("zedagent", "BaseOsConfig", goBaseOsConfig),
  ContentTreeConfig: topicOf("zedagent", "ContentTreeConfig", goContentTreeConfig),
  VolumeConfig: topicOf("zedagent", "VolumeConfig", goVolumeConfig),
  DatastoreConfig: topicOf("zedagent", "DatastoreConfig", goDatastoreConfig),
  PhysicalIOAdapterList: topicOf("zedagent", "PhysicalIOAdapterList", goPhysicalIOAdapterList),
  EdgeNodeDisks: topicOf("zedagent", "EdgeNodeDisks", goEdgeNodeDisks),
  EdgeNodeInfo: topicOf("zedagent", "EdgeNodeInfo", goEdgeNodeInfo),
  EdgeNodeClusterConfig: topicOf("zedagent", "EdgeNodeClusterConfig", goEdgeNodeClusterConfig),
  SCEPProfile: topicOf("zedagent", "SCEPProfile", goSCEPProfile),
  LOCConfig: topicOf("zedagent", "LOCConfig", goLOCConfig),
  CollectInfoCmd: topicOf("zedagent", "CollectInfoCmd", goCollectInfoCmd),
  PatchEnvelopeInfoList: topicOf("zedagent", "PatchEnvelopeInfoList", goPatchEnvelopeInfoList, persistent),
  AttestNonce: topicOf("zedagent", "AttestNonce", goAttestNonce),
  EncryptedVaultKeyFromController: topicOf(
    "zedagent",
    "EncryptedVaultKeyFromController",
    goEncryptedVaultKeyFromController,
  ),
  NodeDrainRequest: rawTopic("zedagent", "NodeDrainRequest"),
  /** Ours, not EVE's. */
  DeferredQueueMetrics: topicOf("zedagent", "DeferredQueueMetrics", goDeferredQueueMetrics),
  TrafficCounters: trafficCounters("zedagent"),
  /** Ours, not EVE's. */
  ConfigSections: topicOf("zedagent", "ConfigSections", goConfigSection),
};

const nim = {
  DeviceNetworkStatus: topicOf("nim", "DeviceNetworkStatus", goDeviceNetworkStatus),
  DevicePortConfigList: topicOf("nim", "DevicePortConfigList", goDevicePortConfigList, persistent),
  MetricsMap: topicOf("nim", "MetricsMap", goMetricsMap),
  TrafficCounters: trafficCounters("nim"),
  CipherMetrics: topicOf("nim", "CipherMetrics", goCipherMetrics),
  PNACMetricsList: rawTopic("nim", "PNACMetricsList"),
  BondMetricsList: rawTopic("nim", "BondMetricsList"),
  WwanConfig: topicOf("nim", "WwanConfig", goWwanConfig),
  CipherBlockStatus: topicOf("nim", "CipherBlockStatus", goCipherBlockStatus),
  /** Declared by EVE's nim and never filled. */
  DevicePortConfig: topicOf("nim", "DevicePortConfig", goDevicePortConfig),
  /** `nim/dummy/DevicePortConfig`: only to leave traces of effective configurations. */
  dummyDevicePortConfig: topicOf("nim", "DevicePortConfig", goDevicePortConfig, { scope: "dummy" }),
};

const zedclient = {
  OnboardingStatus: topicOf("zedclient", "OnboardingStatus", goOnboardingStatus, persistent),
  MetricsMap: topicOf("zedclient", "MetricsMap", goMetricsMap),
  TrafficCounters: trafficCounters("zedclient"),
};

const loguploader = {
  NewlogMetrics: topicOf("loguploader", "NewlogMetrics", goNewlogMetrics),
  MetricsMap: topicOf("loguploader", "MetricsMap", goMetricsMap),
  TrafficCounters: trafficCounters("loguploader"),
};

const diag = { MetricsMap: topicOf("diag", "MetricsMap", goMetricsMap) };

/** Directories under `/run/global`: no agent name, no socket, several writers. */
const global = {
  LedBlinkCounter: topicOf("", "LedBlinkCounter", goLedBlinkCounter, manyWriters),
  DevicePortConfig: topicOf("", "DevicePortConfig", goDevicePortConfig, manyWriters),
};

/** `topics.<agent>.<topic>`; `global` stands for the empty agent name. */
export const topics = { global, zedclient, zedagent, nim, loguploader, diag, ...otherAgents };

/** Our five programs. */
export type ProgramName = "client" | "zedagent" | "loguploader" | "nim" | "diag";

/** What each program alone publishes (`spec/pubsub.md §14.1`); the topics of `global` belong to nobody. */
export const ownedBy: Readonly<Record<ProgramName, readonly Topic<unknown>[]>> = {
  client: Object.values(zedclient),
  zedagent: Object.values(zedagent),
  loguploader: Object.values(loguploader),
  nim: Object.values(nim),
  diag: Object.values(diag),
};
