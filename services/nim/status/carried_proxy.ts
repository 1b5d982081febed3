/** A PAC file that was found stays with its port until the port stands in another network (`spec/nim.md §19 W3`). Pure. */
import {
  type DeviceNetworkStatus,
  goIP,
  isLinkLocal,
  type NetworkPortStatus,
  type ProxyConfig,
} from "../../topics/mod.ts";

/**
 * What was found for the port before, if it still asks the same in the same domain with an address it had then;
 * nothing otherwise.
 */
export function carriedProxy(
  previous: DeviceNetworkStatus,
  port: NetworkPortStatus,
): Partial<Pick<ProxyConfig, "Pacfile" | "WpadURL">> {
  if (!port.NetworkProxyEnable || port.Pacfile !== "") return {};
  const before = (previous.Ports ?? []).find(({ IfName }) => IfName === port.IfName);
  if (before === undefined || !before.NetworkProxyEnable || before.Pacfile === "") return {};
  const asksTheSame = before.NetworkProxyURL === port.NetworkProxyURL &&
    before.DomainName === port.DomainName;
  const isInTheSame = ownAddresses(port).some((address) =>
    ownAddresses(before).some((other) => goIP.equal(address, other))
  );
  return asksTheSame && isInTheSame ? { Pacfile: before.Pacfile, WpadURL: before.WpadURL } : {};
}

function ownAddresses({ AddrInfoList }: NetworkPortStatus): string[] {
  return (AddrInfoList ?? []).map(({ Addr }) => Addr).filter((address) => !isLinkLocal(address));
}
