/** `ZInfoNetworkInstance`: a network of apps, from zedrouter's status (`spec/zedagent.md §14.2`). Pure. */
import { info } from "../../../proto/device.ts";
import {
  type AssignedAddrs,
  type IPRouteInfo,
  type NetworkInstanceStatus,
  nilUUID,
  topics,
} from "../../topics/mod.ts";
import { eventItemTypes } from "../deferred/event_queue.ts";
import { subnetText } from "./device_port.ts";
import { errorInfo } from "./error_info.ts";
import { assignedAdapter, bundlesNamed } from "./io_bundle_info.ts";
import type { ObjectInfo, OtherObjects } from "./object_info.ts";
import { macText } from "./port_extras.ts";

const { ZNETINST_STATE_INIT, ZNETINST_STATE_ONLINE, ZNETINST_STATE_ERROR } = info.ZNetworkInstanceState;

/** Key: `networkInstance:<UUID>`, which no other kind of object shares (W16). */
export const networkInstanceInfo: ObjectInfo<NetworkInstanceStatus> = {
  itemType: eventItemTypes.networkInstanceInfo,
  ztype: info.ZInfoTypes.ZiNetworkInstance,
  topic: topics.zedrouter.NetworkInstanceStatus,
  queueKey: (id) => `networkInstance:${id}`,
  dependsOn: ["AssignableAdapters"],
  content: (networkID, status, others) => ({ niinfo: zInfoNetworkInstance(networkID, status, others) }),
  gone: (networkID, last) => ({ niinfo: { networkID, networkVersion: last.Version } }),
};

function zInfoNetworkInstance(
  networkID: string,
  status: NetworkInstanceStatus,
  others: OtherObjects,
): info.IZInfoNetworkInstance {
  const error = errorInfo(status);
  const ports = status.Ports ?? [];
  const bundles = others.ioBundles();
  return {
    networkID,
    networkVersion: status.Version,
    displayname: status.DisplayName,
    instType: status.Type,
    activated: status.Activated,
    state: error !== undefined
      ? ZNETINST_STATE_ERROR
      : status.Activated
      ? ZNETINST_STATE_ONLINE
      : ZNETINST_STATE_INIT,
    networkErr: error === undefined ? [] : [error],
    bridgeNum: status.BridgeNum,
    bridgeName: status.BridgeName,
    bridgeIPAddr: status.BridgeIPAddr,
    ipAssignments: Object.entries(status.IPAssignments).map(([macAddress, addresses]) => ({
      macAddress,
      ipAddress: addressTexts(addresses),
    })),
    vifs: (status.Vifs ?? []).map(({ Name, MacAddr, AppID }) => ({
      vifName: Name,
      macAddress: macText(MacAddr),
      appID: AppID,
    })),
    ports,
    assignedAdapters: ports.flatMap((port) => {
      const [bundle] = bundles.filter(({ Logicallabel }) => Logicallabel === port);
      return bundle === undefined
        ? []
        : [assignedAdapter(bundle.Type, port, others.devUUID, bundlesNamed(bundles, bundle.Phylabel))];
    }),
    ip_routes: (status.CurrentRoutes ?? []).map(ipRoute),
    mtu: status.MTU,
  };
}

function addressTexts({ IPv4Addrs, IPv6Addrs }: AssignedAddrs): string[] {
  return [...IPv4Addrs ?? [], ...IPv6Addrs ?? []].map(({ Address }) => Address).filter((text) => text !== "");
}

function ipRoute({ DstNetwork, Gateway, OutputPort, GatewayApp }: IPRouteInfo): info.IIPRoute {
  return {
    destination_network: subnetText(DstNetwork),
    gateway: Gateway,
    port: OutputPort,
    ...(GatewayApp === nilUUID ? {} : { gateway_app: GatewayApp }),
  };
}
