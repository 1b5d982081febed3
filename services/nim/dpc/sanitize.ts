/** Completes a `DevicePortConfig` that came from pubsub, a file or the disk (`spec/nim.md §5.4`). Pure. */
import { type DevicePortConfig, isZeroTime, type NetworkPortConfig } from "../../topics/mod.ts";

/** Key of what a Local Profile Server overrides; it never enters the list. */
export const LPS_KEY = "lps";

const WITH_FILE = "1980-01-01T00:00:00Z";
const WITHOUT_FILE = "1970-01-01T00:00:00Z";
const RESERVED: readonly string[] = ["all", "uplink", "freeuplink"];

/** Where a configuration came from. */
export interface DPCSource {
  /** The pubsub key, or the name of the file without `.json`. */
  readonly key: string;
  /**
   * `DevicePortConfig/<key>.json` exists in `/run/global` or `/config`: without a TimePriority it then outranks
   * `lastresort` (`spec/nim.md §5.1`).
   */
  readonly hasFile: (key: string) => boolean;
  /** It announces a deletion: the TimePriority stays as it is. */
  readonly deleted?: boolean;
}

/** A non-empty `Key` inside wins over that of the source. */
export function sanitize(dpc: DevicePortConfig, source: DPCSource): DevicePortConfig {
  const Key = dpc.Key === "" ? source.key : dpc.Key;
  const keepsTime = Key === LPS_KEY || source.deleted === true || !isZeroTime(dpc.TimePriority);
  const TimePriority = keepsTime ? dpc.TimePriority : source.hasFile(Key) ? WITH_FILE : WITHOUT_FILE;
  return sanitizePorts({ ...dpc, Key, TimePriority });
}

/**
 * The part that is also done to what is restored from disk: names, layer and labels of the ports. Below version 1 IsMgmt has
 * no meaning and each port is for management, for nim as for all readers of its status (`spec/nim.md §5.3, 19 W17`).
 */
export function sanitizePorts(dpc: DevicePortConfig): DevicePortConfig {
  if (dpc.Ports === null) return dpc;
  const saysLayer = dpc.Ports.some(({ IsL3Port }) => IsL3Port);
  const isForManagement = (port: NetworkPortConfig) => port.IsMgmt || dpc.Version < 1;
  const Ports = dpc.Ports.map((port): NetworkPortConfig => ({
    ...port,
    IsMgmt: isForManagement(port),
    Phylabel: port.Phylabel === "" ? port.IfName : port.Phylabel,
    Logicallabel: port.Logicallabel === "" ? port.IfName : port.Logicallabel,
    IsL3Port: port.IsL3Port || !saysLayer,
    SharedLabels: sharedLabels({ ...port, IsMgmt: isForManagement(port) }),
  }));
  return { ...dpc, Ports };
}

function sharedLabels(port: NetworkPortConfig): readonly string[] {
  const labels = new Set((port.SharedLabels ?? []).filter((label) => !RESERVED.includes(label)));
  labels.add("all");
  if (port.IsMgmt) labels.add("uplink");
  if (port.IsMgmt && port.Cost === 0) labels.add("freeuplink");
  return [...labels];
}
