/** What a port's status tells of radio, 802.1X and bond, in the form of the device API (`spec/zedagent.md §14.3`). Pure. */
import { info } from "../../../proto/device.ts";
import { type NetworkPortStatus, WirelessType } from "../../topics/mod.ts";
import { cellularStatus } from "./cellular.ts";
import { errorInfo, timeField } from "./error_info.ts";

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
