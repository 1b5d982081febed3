/** Results of ports that nothing keeps apart (`spec/nim.md §16`). Pure. */
import {
  goDeviceNetworkStatus,
  isZeroTime,
  type NetworkPortStatus,
  usableAddresses,
} from "../../topics/mod.ts";

/**
 * While nim only observes, no rule sends a packet out by the port whose address it carries. With several uplinks the
 * results may thus be those of another port: each tested one says so in `LastWarning`.
 */
export function withUntrustedResults(ports: readonly NetworkPortStatus[]): readonly NetworkPortStatus[] {
  const uplinks = ports.filter(isUplink).map(({ IfName }) => IfName);
  if (uplinks.length < 2) return ports;
  const hint = `nim only observes: without rules by source address, packets of ${uplinks.join(", ")} ` +
    "may leave by another port, so this result may be another port's";
  return ports.map((port) => {
    const isTested = !isZeroTime(port.LastFailed) || !isZeroTime(port.LastSucceeded);
    if (!isTested || !uplinks.includes(port.IfName)) return port;
    return { ...port, LastWarning: port.LastWarning === "" ? hint : `${port.LastWarning}; ${hint}` };
  });
}

function isUplink(port: NetworkPortStatus): boolean {
  return port.IsMgmt && usableAddresses(goDeviceNetworkStatus.make({ Version: 1, Ports: [port] })).length > 0;
}
