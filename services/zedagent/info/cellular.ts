/** What wwan tells of modems, in the form of the device API (`spec/nim.md §12.2`, `spec/zedagent.md §14.3, 17`). Pure. */
import { common, info } from "../../../proto/device.ts";
import { toTimestamp } from "../../../proto/timestamp.ts";
import type { WwanNetworkStatus } from "../../topics/mod.ts";

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

const ipTypes: ReadonlyMap<string, common.CellularIPType> = new Map([
  ["ipv4", common.CellularIPType.CELLULAR_IP_TYPE_IPV4],
  ["ipv4v6", common.CellularIPType.CELLULAR_IP_TYPE_IPV4_AND_IPV6],
  ["ipv6", common.CellularIPType.CELLULAR_IP_TYPE_IPV6],
]);

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

/** The slots of a modem, those without a card included. */
export function simCards({ Module, SimCards }: WwanNetworkStatus): info.IZSimcardInfo[] {
  return (SimCards ?? []).map((card) => ({
    name: simName(Module.Name, card),
    cell_module_name: Module.Name,
    imsi: card.IMSI,
    iccid: card.ICCID,
    state: card.State,
    slot_number: card.SlotNumber,
    slot_activated: card.SlotActivated,
    type: card.Type,
  }));
}

/** Every network that the modem sees, the one that serves it among them. */
export function providers(
  { VisibleProviders, CurrentProvider }: WwanNetworkStatus,
): info.IZCellularProvider[] {
  const visible = VisibleProviders ?? [];
  const { PLMN } = CurrentProvider;
  const isMissing = PLMN !== "" && visible.every((provider) => provider.PLMN !== PLMN);
  return [...visible, ...isMissing ? [CurrentProvider] : []].map((provider) => ({
    plmn: provider.PLMN,
    description: provider.Description,
    current_serving: provider.CurrentServing,
    roaming: provider.Roaming,
    forbidden: provider.Forbidden,
  }));
}

/** The part of a port in device info. */
export function cellularStatus(network: WwanNetworkStatus): info.IZCellularStatus {
  const { Module, SimCards, CurrentRATs, ConnectedAt, Bearers, Profiles } = network;
  return {
    cellular_module: Module.Name,
    sim_cards: (SimCards ?? []).map((card) => simName(Module.Name, card)),
    providers: providers(network),
    current_rats: (CurrentRATs ?? []).map((name) => technologies.get(name) ?? 0),
    ...connectedSince(ConnectedAt),
    config_error: network.ConfigError,
    probe_error: network.ProbeError,
    bearers: (Bearers ?? []).map((bearer) => ({
      apn: bearer.APN,
      bearer_type: bearer.Type,
      ip_type: ipTypes.get(bearer.IPType) ?? 0,
      connected: bearer.Connected,
      connection_error: bearer.ConnectionError,
      ...connectedSince(bearer.ConnectedAt),
    })),
    profiles: (Profiles ?? []).map((profile) => ({
      profile_name: profile.Name,
      apn: profile.APN,
      bearer_type: profile.BearerType,
      ip_type: ipTypes.get(profile.IPType) ?? 0,
      forbid_roaming: profile.ForbidRoaming,
    })),
  };
}

/** The card's own number names it where wwan gives no name, then its slot. */
function simName(module: string, { Name, ICCID, SlotNumber }: SimCard): string {
  return Name || ICCID || `${module}-SIM${SlotNumber}`;
}
type SimCard = NonNullable<WwanNetworkStatus["SimCards"]>[number];

/** @param seconds since 1970, 0 for never */
function connectedSince(seconds: number): { readonly connected_at?: ReturnType<typeof toTimestamp> } {
  return seconds === 0 ? {} : { connected_at: toTimestamp(seconds * 1000) };
}
