/** Links and ports of machines that tests make up. */
import { goNetworkPortConfig, type NetworkPortConfig } from "../../topics/mod.ts";
import type { Link } from "../machine.ts";

/** A link that is up, number 2, without addresses; `some` for all else. */
export function link(name: string, some: Partial<Link> = {}): Link {
  return {
    name,
    ifIndex: 2,
    up: true,
    adminUp: true,
    loopback: false,
    broadcast: true,
    master: "",
    kind: "device",
    mtu: 1500,
    mac: "52:54:00:00:00:02",
    addresses: [],
    defaultRouters: [],
    ...some,
  };
}

/** A management port for DHCP; `some` for all else. */
export function portConfig(IfName: string, some: Partial<NetworkPortConfig> = {}): NetworkPortConfig {
  const named = { IfName, Phylabel: IfName, Logicallabel: IfName };
  return goNetworkPortConfig.make({ ...named, IsMgmt: true, IsL3Port: true, Dhcp: 4, Type: 4, ...some });
}
