/** `CellularMetric`: packets and signal of the modems (`spec/zedagent.md §15`). Pure. */
import type { metrics } from "../../../proto/device.ts";
import type { WwanMetrics } from "../../topics/mod.ts";

/** Of those that the configuration names. */
export function cellularMetrics(wwan: WwanMetrics | undefined): metrics.ICellularMetric[] {
  return (wwan?.Networks ?? []).filter(({ LogicalLabel }) => LogicalLabel !== "")
    .map(({ LogicalLabel, SignalInfo, PacketStats }) => ({
      logicallabel: LogicalLabel,
      signal_strength: {
        rssi: SignalInfo.RSSI,
        rsrq: SignalInfo.RSRQ,
        rsrp: SignalInfo.RSRP,
        snr: SignalInfo.SNR,
      },
      packet_stats: {
        rx: {
          totalPackets: PacketStats.RxPackets,
          drops: PacketStats.RxDrops,
          totalBytes: PacketStats.RxBytes,
        },
        tx: {
          totalPackets: PacketStats.TxPackets,
          drops: PacketStats.TxDrops,
          totalBytes: PacketStats.TxBytes,
        },
      },
    }));
}
