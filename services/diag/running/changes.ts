/** What in a change of the bus is worth a report (`spec/diag.md §3`). Pure. */
import {
  type DeviceNetworkStatus,
  type DevicePortConfigList,
  goDeviceNetworkStatus,
  goDevicePortConfigList,
  hasError,
  isLinkLocal,
  zeroTime,
} from "../../topics/mod.ts";
import { type BusView, gateIsOpen } from "../bus/view.ts";

/** The word in the header. `Files`: something in /config that the last report missed is there now. */
export type TriggerWord =
  | "first"
  | "LED"
  | "DeviceState"
  | "VaultStatus"
  | "App"
  | "Appinstance"
  | "Download"
  | "Network"
  | "DPC"
  | "Onboard"
  | "NodeDrain"
  | "Files";

/** Undefined where nothing that counts has changed. */
export function triggerOf(before: BusView, after: BusView): TriggerWord | undefined {
  if (gateIsOpen(after) && !gateIsOpen(before)) return "first";
  if (!sameNetwork(before.network, after.network)) return "Network";
  if (before.led?.BlinkCounter !== after.led?.BlinkCounter) return "LED";
  if (!samePortConfigs(before.portConfigs, after.portConfigs)) return "DPC";
  if (before.onboarding?.DeviceUUID !== after.onboarding?.DeviceUUID) return "Onboard";
  if (isNew(before.zedagent, after.zedagent)) return "DeviceState";
  if (isNew(before.vault, after.vault)) return "VaultStatus";
  if (isNew(before.appSummary, after.appSummary)) return "App";
  if (!sameEntries(before.apps, after.apps)) return "Appinstance";
  if (!sameEntries(before.downloads, after.downloads)) return "Download";
  return isNew(before.drain, after.drain) ? "NodeDrain" : undefined;
}

/** Requests that are under way may say nothing of the network as it is now. */
export function outdatesRequests(before: BusView, after: BusView): boolean {
  const a = before.network;
  const b = after.network;
  if (a === undefined || b === undefined) return a !== b;
  const plain = { Testing: false, CurrentIndex: 0, DPCKey: "" };
  return !goDeviceNetworkStatus.equal({ ...withoutTests(a), ...plain }, { ...withoutTests(b), ...plain });
}

/** Creates and modifications count, deletions do not. */
function isNew<T>(before: T | undefined, after: T | undefined): boolean {
  return after !== undefined && after !== before;
}

function sameEntries<T>(before: ReadonlyMap<string, T>, after: ReadonlyMap<string, T>): boolean {
  return before.size === after.size && [...after].every(([key, value]) => before.get(key) === value);
}

/** Times of tests alone are nothing new; a port that gains or loses its error is. */
function sameNetwork(a: DeviceNetworkStatus | undefined, b: DeviceNetworkStatus | undefined): boolean {
  if (a === b || a === undefined || b === undefined) return a === b;
  const errors = (status: DeviceNetworkStatus) => (status.Ports ?? []).map(hasError).join();
  const plain = { DPCKey: "" };
  return errors(a) === errors(b) &&
    goDeviceNetworkStatus.equal({ ...withoutTests(a), ...plain }, { ...withoutTests(b), ...plain });
}

function withoutTests(status: DeviceNetworkStatus): DeviceNetworkStatus {
  return {
    ...status,
    RadioSilence: { ...status.RadioSilence, ChangeRequestedAt: zeroTime },
    Ports: (status.Ports ?? []).map((port) => ({
      ...port,
      LastFailed: zeroTime,
      LastSucceeded: zeroTime,
      LastError: "",
      LastWarning: "",
      AddrInfoList: (port.AddrInfoList ?? []).filter(({ Addr }) => !isLinkLocal(Addr))
        .map((info) => ({ ...info, LastGeoTimestamp: zeroTime })),
      PNAC: { ...port.PNAC, LastAuthTimestamp: zeroTime },
    })),
  };
}

function samePortConfigs(a: DevicePortConfigList | undefined, b: DevicePortConfigList | undefined): boolean {
  if (a === b || a === undefined || b === undefined) return a === b;
  return goDevicePortConfigList.equal(withoutTimes(a), withoutTimes(b));
}

function withoutTimes(list: DevicePortConfigList): DevicePortConfigList {
  const none = { LastFailed: zeroTime, LastSucceeded: zeroTime };
  return {
    ...list,
    PortConfigList: (list.PortConfigList ?? []).map((config) => ({
      ...config,
      ...none,
      TimePriority: zeroTime,
      LastIPAndDNS: zeroTime,
      Ports: (config.Ports ?? []).map((port) => ({
        ...port,
        ...none,
        ConfigSource: { ...port.ConfigSource, SubmittedAt: zeroTime },
      })),
    })),
  };
}
