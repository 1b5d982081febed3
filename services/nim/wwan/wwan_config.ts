/** What the wwan agent is asked to bring up (`spec/nim.md §11.2`). Pure. */
import {
  type AssignableAdapters,
  type CellularAccessPoint,
  type DevicePortConfig,
  goCellularAccessPoint,
  type NetworkPortConfig,
  type RadioSilence,
  WirelessType,
  type WwanConfig,
  type WwanNetworkConfig,
} from "../../topics/mod.ts";
import { routeMetrics } from "../apply/route_metrics.ts";
import { ioBundleOf } from "../status/io_bundle.ts";

/** Published from the first current configuration on; without a modem to bring up, `Networks` is `[]`. */
export function wwanConfig(
  dpc: DevicePortConfig,
  adapters: AssignableAdapters | undefined,
  radio: Pick<RadioSilence, "Imposed" | "ChangeRequestedAt">,
): WwanConfig {
  const ports = dpc.Ports ?? [];
  const metrics = routeMetrics(ports);
  const isThere = (port: NetworkPortConfig) =>
    !port.InvalidConfig && port.WirelessCfg.WType === WirelessType.WirelessTypeCellular &&
    ioBundleOf(adapters, port)?.IsPCIBack !== true;
  return {
    DPCKey: dpc.Key,
    DPCTimestamp: dpc.TimePriority,
    RSConfigTimestamp: radio.ChangeRequestedAt,
    RadioSilence: radio.Imposed,
    Networks: ports.filter(isThere).flatMap((port) => network(port, metrics.get(port.Logicallabel) ?? 0)),
  };
}

type Modem = Pick<WwanNetworkConfig, "AccessPoint" | "Probe" | "LocationTracking">;

function network(port: NetworkPortConfig, RouteMetric: number): WwanNetworkConfig[] {
  const modem = modemOf(port);
  if (modem === undefined) return [];
  const { USBAddr: USB, PCIAddr: PCI } = port;
  const PhysAddrs = USB === "" && PCI === ""
    ? { Interface: port.IfName, USB, PCI, Dev: "" }
    : { Interface: "", USB, PCI, Dev: "" };
  const { Logicallabel: LogicalLabel, Proxies, MTU } = port;
  return [{ LogicalLabel, PhysAddrs, ...modem, Proxies, MTU, RouteMetric }];
}

/** By the first activated access point, else by the form before `CellularV2`. */
function modemOf({ WirelessCfg }: NetworkPortConfig): Modem | undefined {
  const { CellularV2, Cellular } = WirelessCfg;
  const active: CellularAccessPoint | undefined = CellularV2.AccessPoints?.find(({ Activated }) => Activated);
  if (active !== undefined) {
    return { AccessPoint: active, Probe: CellularV2.Probe, LocationTracking: CellularV2.LocationTracking };
  }
  const [old] = Cellular ?? [];
  if (old === undefined) return undefined;
  const { APN, ProbeAddr, DisableProbe, LocationTracking } = old;
  return {
    AccessPoint: goCellularAccessPoint.make({ Activated: true, APN }),
    Probe: {
      Disable: DisableProbe,
      UserDefinedProbe: { Method: ProbeAddr === "" ? NO_PROBE : ICMP, ProbeHost: ProbeAddr, ProbePort: 0 },
    },
    LocationTracking,
  };
}

/** `UserDefinedProbe.Method` */
const NO_PROBE = 0;
const ICMP = 1;
