/** `wwan/WwanMetrics`: packets and signal of the modems. Key `global` (`spec/zedagent.md §15`). */
import { goSet } from "./go_containers.ts";
import { goInt32, goString, goUint } from "./go_scalars.ts";
import { goStruct } from "./go_struct.ts";
import type { GoValue } from "./go_type.ts";

/** One modem. */
const goWwanNetworkMetrics = goStruct({
  LogicalLabel: goString,
  PacketStats: goStruct({
    RxBytes: goUint,
    RxPackets: goUint,
    RxDrops: goUint,
    TxBytes: goUint,
    TxPackets: goUint,
    TxDrops: goUint,
  }),
  /** In dBm and dB; 2147483647 for what is not known. */
  SignalInfo: goStruct({ RSSI: goInt32, RSRQ: goInt32, RSRP: goInt32, SNR: goInt32 }),
});

/** The order of modems does not count. */
export const goWwanMetrics = goStruct({ Networks: goSet(goWwanNetworkMetrics) });
/** See {@linkcode goWwanMetrics}. */
export type WwanMetrics = GoValue<typeof goWwanMetrics>;
