/** Names of the device and its cluster → `EdgeNodeInfo`, `EdgeNodeClusterConfig` (`spec/zedagent.md §6.2, 10.3`). */
import type { config } from "../../../proto/device.ts";
import {
  type EdgeNodeClusterConfig,
  type EdgeNodeInfo,
  goEdgeNodeClusterConfig,
  nilUUID,
} from "../../topics/mod.ts";
import { cipherBlock, type CipherContexts } from "./cipher.ts";
import { canonicalAddress, optionalUUID, quote } from "./section.ts";
import { parseSubnet } from "./subnet.ts";

/** Names as reported in device info; EVE's own words. */
export interface EdgeNodeNames {
  readonly deviceName: string;
  readonly projectName: string;
  readonly projectId: string;
  readonly enterpriseName: string;
  readonly enterpriseId: string;
}

/** Before any configuration. */
export const noNames: EdgeNodeNames = {
  deviceName: "",
  projectName: "",
  projectId: "",
  enterpriseName: "",
  enterpriseId: "",
};

/** Copies them. */
export function edgeNodeNames(from: config.EdgeDevConfig): EdgeNodeNames {
  return {
    deviceName: from.device_name,
    projectName: from.project_name,
    projectId: from.project_id,
    enterpriseName: from.enterprise_name,
    enterpriseId: from.enterprise_id,
  };
}

/** The topic's value. */
export function edgeNodeInfo(names: EdgeNodeNames, devUUID: string): EdgeNodeInfo {
  return {
    DeviceName: names.deviceName,
    DeviceID: optionalUUID(devUUID) ?? nilUUID,
    ProjectName: names.projectName,
    ProjectID: optionalUUID(names.projectId) ?? nilUUID,
    EnterpriseName: names.enterpriseName,
    EnterpriseID: optionalUUID(names.enterpriseId) ?? nilUUID,
  };
}

/** `Initialized` also without a cluster; a cluster that can't be read is not `Valid` and reported. */
export function edgeNodeCluster(
  cluster: config.EdgeNodeCluster | null,
  contexts: CipherContexts,
  now: string,
): { readonly value: EdgeNodeClusterConfig; readonly reports: readonly string[] } {
  const none = goEdgeNodeClusterConfig.make({ Initialized: true });
  if (cluster === null) return { value: none, reports: [] };
  const id = optionalUUID(cluster.cluster_id);
  const prefix = parseSubnet(cluster.cluster_ip_prefix);
  const join = canonicalAddress(cluster.join_server_ip);
  if (id === undefined || prefix === undefined || join === undefined) {
    return {
      value: none,
      reports: [
        `cluster: expected a UUID, an address with prefix and an address, got ${
          quote(cluster.cluster_id)
        }, ` +
        `${quote(cluster.cluster_ip_prefix)}, ${quote(cluster.join_server_ip)}; the device joins none`,
      ],
    };
  }
  const services = cluster.load_balancer_service?.interfaces ?? [];
  return {
    reports: [],
    value: {
      ...none,
      Valid: true,
      ClusterName: cluster.cluster_name,
      ClusterID: { UUID: id, Version: "" },
      ClusterInterface: cluster.cluster_interface,
      ClusterIPPrefix: { IP: prefix.address, Mask: prefix.net.Mask },
      IsWorkerNode: cluster.is_worker_node,
      JoinServerIP: join,
      BootstrapNode: join === canonicalAddress(prefix.address),
      CipherToken: cipherBlock(id, cluster.encrypted_cluster_token, contexts, now),
      ClusterType: cluster.cluster_type & 0xff,
      TieBreakerNodeID: { UUID: optionalUUID(cluster.tie_breaker_node_id) ?? nilUUID, Version: "" },
      LBInterfaces: services.length === 0
        ? null
        : services.flatMap((service) =>
          service.address_cidrs.map((cidr) => ({ Interface: service.interface_name, IPPrefix: cidr }))
        ),
    },
  };
}
