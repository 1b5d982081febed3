/** What the wwan agent answers: whether it is about what is wanted now, and the interfaces it names (`spec/nim.md §11.2`). Pure. */
import {
  compareTimes,
  type DevicePortConfig,
  type NetworkPortConfig,
  WirelessType,
  type WwanStatus,
} from "../../topics/mod.ts";

/** The wwan agent has seen this configuration (`spec/nim.md §7.5` step 6b). */
export function answers(
  status: WwanStatus | undefined,
  dpc: Pick<DevicePortConfig, "Key" | "TimePriority">,
): boolean {
  return status !== undefined && status.DPCKey === dpc.Key &&
    compareTimes(status.DPCTimestamp, dpc.TimePriority) === 0;
}

/**
 * Worth looking at: about the current configuration (any, while none is current), and not older than the last request
 * for radio silence. @param requestedAt `ChangeRequestedAt` of that request
 */
export function isAcceptable(
  status: WwanStatus,
  current: Pick<DevicePortConfig, "Key" | "TimePriority"> | undefined,
  requestedAt: string,
): boolean {
  return (current === undefined || answers(status, current)) &&
    compareTimes(status.RSConfigTimestamp, requestedAt) >= 0;
}

/**
 * Fills in the interface names of cellular ports. A name that another port has now is taken from the one that had it
 * first. Without a word from the agent, a port is taken to have the name that the same modem has in the current
 * configuration. The very same value if nothing changes.
 */
export function withModemNames(
  dpc: DevicePortConfig,
  status: WwanStatus | undefined,
  current?: DevicePortConfig,
): DevicePortConfig {
  const ports = dpc.Ports ?? [];
  const owners = new Map<string, string>();
  const cellular = ports.filter(({ WirelessCfg }) => WirelessCfg.WType === WirelessType.WirelessTypeCellular);
  for (const { Logicallabel } of cellular) {
    const name = status?.Networks?.find(({ LogicalLabel }) => LogicalLabel === Logicallabel)?.PhysAddrs
      .Interface;
    if (name !== undefined && name !== "") owners.set(name, Logicallabel);
  }
  const told = new Set(owners.values());
  for (const port of cellular) {
    if (port.IfName !== "" || told.has(port.Logicallabel)) continue;
    const name = nameInCurrent(port, current);
    if (name !== "" && !owners.has(name)) owners.set(name, port.Logicallabel);
  }
  const renamed = ports.map((port) => withName(port, owners));
  return renamed.every((port, index) => port === ports[index]) ? dpc : { ...dpc, Ports: renamed };
}

function withName(port: NetworkPortConfig, owners: ReadonlyMap<string, string>): NetworkPortConfig {
  const own = [...owners].find(([, label]) => label === port.Logicallabel)?.[0];
  const isTaken = owners.has(port.IfName) && owners.get(port.IfName) !== port.Logicallabel;
  const IfName = own ?? (isTaken ? "" : port.IfName);
  return IfName === port.IfName ? port : { ...port, IfName };
}

function nameInCurrent(port: NetworkPortConfig, current: DevicePortConfig | undefined): string {
  const before = current?.Ports?.find(({ Logicallabel }) => Logicallabel === port.Logicallabel);
  const isSameModem = before?.USBAddr === port.USBAddr && before.PCIAddr === port.PCIAddr;
  return before !== undefined && isSameModem ? before.IfName : "";
}
