/** What a port's status tells of modem, 802.1X and bond, in the form of the device API (`spec/zedagent.md §14.3`). Pure. */
import { common, info } from "../../../proto/device.ts";
import { toTimestamp } from "../../../proto/timestamp.ts";
import { type NetworkPortStatus, WirelessType, type WwanNetworkStatus } from "../../topics/mod.ts";
import { errorInfo, timeField } from "./error_info.ts";

/** wwan's names of radio technologies. */
const technologies: ReadonlyMap<string, common.RadioAccessTechnology> = new Map([
  ["gsm", common.RadioAccessTechnology.RADIO_ACCESS_TECHNOLOGY_GSM],
  ["umts", common.RadioAccessTechnology.RADIO_ACCESS_TECHNOLOGY_UMTS],
  ["lte", common.RadioAccessTechnology.RADIO_ACCESS_TECHNOLOGY_LTE],
  ["5gnr", common.RadioAccessTechnology.RADIO_ACCESS_TECHNOLOGY_5GNR],
]);

/** wwan's names of a modem's states. */
const operatingStates: ReadonlyMap<string, info.ZCellularOperatingState> = new Map([
  ["offline", info.ZCellularOperatingState.Z_CELLULAR_OPERATING_STATE_OFFLINE],
  ["radio-off", info.ZCellularOperatingState.Z_CELLULAR_OPERATING_STATE_RADIO_OFF],
  ["online", info.ZCellularOperatingState.Z_CELLULAR_OPERATING_STATE_ONLINE],
  ["online-and-connected", info.ZCellularOperatingState.Z_CELLULAR_OPERATING_STATE_ONLINE_AND_CONNECTED],
]);

const controlProtocols: ReadonlyMap<string, info.ZCellularControlProtocol> = new Map([
  ["qmi", info.ZCellularControlProtocol.Z_CELLULAR_CONTROL_PROTOCOL_QMI],
  ["mbim", info.ZCellularControlProtocol.Z_CELLULAR_CONTROL_PROTOCOL_MBIM],
]);

/** `undefined` for a wired port. */
export function wirelessStatus({ WirelessStatus }: NetworkPortStatus): info.IWirelessStatus | undefined {
  switch (WirelessStatus.WType) {
    case WirelessType.WirelessTypeWifi:
      return { type: info.WirelessType.WIRELESS_TYPE_WIFI };
    case WirelessType.WirelessTypeCellular:
      return {
        type: info.WirelessType.WIRELESS_TYPE_CELLULAR,
        cellular: cellularStatus(WirelessStatus.Cellular),
      };
    default:
      return undefined;
  }
}

function cellularStatus(network: WwanNetworkStatus): info.IZCellularStatus {
  const { Module, CurrentProvider: provider, CurrentRATs, ConnectedAt } = network;
  return {
    cellular_module: Module.Name,
    providers: provider.PLMN === "" ? [] : [{
      plmn: provider.PLMN,
      description: provider.Description,
      current_serving: provider.CurrentServing,
      roaming: provider.Roaming,
      forbidden: provider.Forbidden,
    }],
    current_rats: (CurrentRATs ?? []).map((name) => technologies.get(name) ?? 0),
    ...(ConnectedAt === 0 ? {} : { connected_at: toTimestamp(ConnectedAt * 1000) }),
    config_error: network.ConfigError,
    probe_error: network.ProbeError,
  };
}

/** One modem of `wwan/WwanStatus`. */
export function cellularModule({ Module }: WwanNetworkStatus): info.IZCellularModuleInfo {
  return {
    name: Module.Name,
    imei: Module.IMEI,
    firmware_version: Module.Revision,
    model: Module.Model,
    manufacturer: Module.Manufacturer,
    operating_state: operatingStates.get(Module.OpMode) ??
      info.ZCellularOperatingState.Z_CELLULAR_OPERATING_STATE_UNRECOGNIZED,
    control_protocol: controlProtocols.get(Module.ControlProtocol) ?? 0,
  };
}

/** `undefined` where 802.1X is off. */
export function pnacStatus({ PNAC }: NetworkPortStatus): info.IPNACStatus | undefined {
  if (!PNAC.Enabled) return undefined;
  const err = errorInfo(PNAC.Error);
  return {
    enabled: true,
    state: PNAC.State,
    ...timeField("last_auth_timestamp", PNAC.LastAuthTimestamp),
    ...(err === undefined ? {} : { err }),
  };
}

const L2LinkTypeBond = 2;

/** `undefined` for a port that is no bond. */
export function bondStatus({ L2Type, BondStatus }: NetworkPortStatus): info.IBondStatus | undefined {
  if (L2Type !== L2LinkTypeBond) return undefined;
  const { MIIMonitor, ARPMonitor, LACP } = BondStatus;
  return {
    mode: BondStatus.Mode,
    active_member: BondStatus.ActiveMember,
    ...(!MIIMonitor.Enabled ? {} : {
      mii_monitor: {
        enabled: true,
        polling_interval: MIIMonitor.PollingInterval,
        updelay: MIIMonitor.UpDelay,
        downdelay: MIIMonitor.DownDelay,
      },
    }),
    ...(!ARPMonitor.Enabled ? {} : {
      arp_monitor: {
        enabled: true,
        polling_interval: ARPMonitor.PollingInterval,
        ip_targets: ARPMonitor.IPTargets ?? [],
        missed_max: ARPMonitor.MissedMax,
      },
    }),
    ...(!LACP.Enabled ? {} : {
      lacp: {
        lacp_rate: LACP.LACPRate,
        active_aggregator_id: LACP.ActiveAggregatorID,
        partner_mac: macText(LACP.PartnerMAC),
        actor_key: LACP.ActorKey,
        partner_key: LACP.PartnerKey,
      },
    }),
    members: (BondStatus.Members ?? []).map(({ Logicallabel, MIIUp, LACP: member }) => ({
      logicallabel: Logicallabel,
      mii_up: MIIUp,
      ...(member === null ? {} : {
        lacp: {
          aggregator_id: member.AggregatorID,
          actor_churn_state: member.ActorChurnState,
          partner_churn_state: member.PartnerChurnState,
        },
      }),
    })),
  };
}

/** `02:00:00:00:00:01`; `""` for none. */
export function macText(address: Uint8Array | null): string {
  return Array.from(address ?? [], (byte) => byte.toString(16).padStart(2, "0")).join(":");
}
