/** `ZMetricNetworkInstance`: traffic and probing of the networks of apps (`spec/zedagent.md §15`). Pure. */
import type { metrics } from "../../../proto/device.ts";
import type { NetworkInstanceMetrics } from "../../topics/mod.ts";
import { interfaceCounters } from "./network_counters.ts";
import type { ObjectMetricsInputs } from "./object_metrics.ts";

/** Of all that zedrouter counts. */
export function networkInstanceMetrics(
  { networkInstances }: ObjectMetricsInputs,
): metrics.IZMetricNetworkInstance[] {
  return networkInstances.map((network) => ({
    networkID: network.UUIDandVersion.UUID,
    networkVersion: network.UUIDandVersion.Version,
    displayname: network.DisplayName,
    instType: network.Type,
    ...bridgeTraffic(network),
    probe_metrics: (network.ProbeMetrics ?? []).map(probeMetric),
    vlan_info: {
      num_trunk_ports: network.VlanMetrics.NumTrunkPorts,
      vlan_counts: network.VlanMetrics.VlanCounts,
    },
  }));
}

/** Drops of every kind are one number there. */
function bridgeTraffic({ NetworkMetrics }: NetworkInstanceMetrics): metrics.IZMetricNetworkInstance {
  const [bridge] = NetworkMetrics.MetricList ?? [];
  if (bridge === undefined) return {};
  const counters = interfaceCounters(bridge);
  const sum = (...parts: (number | undefined)[]) => parts.reduce<number>((all, part) => all + (part ?? 0), 0);
  return {
    networkStats: {
      rx: {
        totalPackets: counters.rxPkts,
        totalBytes: counters.rxBytes,
        errors: counters.rxErrors,
        drops: sum(counters.rxDrops, counters.rxAclDrops, counters.rxAclRateLimitDrops),
      },
      tx: {
        totalPackets: counters.txPkts,
        totalBytes: counters.txBytes,
        errors: counters.txErrors,
        drops: sum(counters.txDrops, counters.txAclDrops, counters.txAclRateLimitDrops),
      },
    },
  };
}

function probeMetric(
  probe: NonNullable<NetworkInstanceMetrics["ProbeMetrics"]>[number],
): metrics.IZProbeNIMetrics {
  return {
    dst_network: probe.DstNetwork,
    current_port: probe.SelectedPort,
    currentIntf: probe.SelectedPortIfName,
    remoteEndpoint: (probe.RemoteEndpoints ?? []).join(", "),
    pingIntv: probe.LocalPingIntvl,
    remotePingIntv: probe.RemotePingIntvl,
    uplinkCnt: probe.PortCount,
    intfMetric: (probe.IntfProbeStats ?? []).map((stats) => ({
      intfName: stats.IntfName,
      gatewayNexhtop: (stats.NexthopIPs ?? []).join(", "),
      gatewayUP: stats.NexthopUP,
      remoteHostUP: stats.RemoteUP,
      nexthopUpCount: stats.NexthopUPCnt,
      nexthopDownCount: stats.NexthopDownCnt,
      remoteUpCount: stats.RemoteUPCnt,
      remoteDownCount: stats.RemoteDownCnt,
      remoteProbeLatency: stats.LatencyToRemote,
    })),
  };
}
