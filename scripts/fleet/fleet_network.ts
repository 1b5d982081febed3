/** The ports of the machine that a fleet runs on, as its devices have them: those with a default route, looked at once. */
import { devicePaths, systemCommands } from "../../services/agent/mod.ts";
import { readMachine } from "../../services/nim/machine.ts";
import { portsOfFile } from "../../services/nim/ports_file/ports.ts";
import { parseResolvConf } from "../../services/nim/resolv_conf.ts";
import {
  type DeviceNetworkStatus,
  goAddrInfo,
  goDeviceNetworkStatus,
  goNetworkPortStatus,
} from "../../services/topics/mod.ts";
import { loopbackPorts } from "../demo/site.ts";

/** @param server `host[:port]`; one on this machine is reached over loopback. @throws {Error} without a port that leads out */
export async function fleetNetwork(server: string, signal: AbortSignal): Promise<DeviceNetworkStatus> {
  const host = server.replace(/:\d+$/, "");
  if (/^127\.|^localhost$/.test(host)) return loopback("127.0.0.1");
  if (host === "[::1]") return loopback("::1");
  const { resolvConf } = devicePaths("");
  const text = await Deno.readTextFile(resolvConf).catch(() => "");
  const { nameservers } = parseResolvConf(text);
  const links = await readMachine(systemCommands, signal);
  const usable = links.filter(({ defaultRouters }) => defaultRouters.length > 0).map((link) =>
    goNetworkPortStatus.make({
      IfName: link.name,
      Phylabel: link.name,
      Logicallabel: link.name,
      IsMgmt: true,
      IsL3Port: true,
      DNSServers: [...nameservers],
      AddrInfoList: link.addresses.map(({ address }) => goAddrInfo.make({ Addr: address })),
      Up: link.up,
    })
  );
  if (usable.length === 0) {
    throw new Error("this machine has no interface with a default route: nothing leads to a controller");
  }
  return goDeviceNetworkStatus.make({ Version: 1, State: 3, Ports: usable });
}

/** The port of the demo, for either family. */
function loopback(Addr: string): DeviceNetworkStatus {
  const Ports = portsOfFile(JSON.stringify(loopbackPorts)).map((port) => ({
    ...port,
    AddrInfoList: [goAddrInfo.make({ Addr })],
  }));
  return goDeviceNetworkStatus.make({ Version: 1, State: 3, Ports });
}
