/** Which changes of nim's topics are worth a report (`spec/zedagent.md §14.3`). Pure. */
import {
  type DeviceNetworkStatus,
  type DevicePortConfigList,
  goDeviceNetworkStatus,
  goDevicePortConfigList,
  zeroTime,
} from "../../topics/mod.ts";

const never = { LastFailed: zeroTime, LastSucceeded: zeroTime };

/** True unless only `Testing`, the times of tests or the places of addresses differ. */
export function networkReallyChanged(old: DeviceNetworkStatus, now: DeviceNetworkStatus): boolean {
  return !goDeviceNetworkStatus.equal(settled(old), settled(now));
}

function settled(status: DeviceNetworkStatus): DeviceNetworkStatus {
  return {
    ...status,
    Testing: false,
    Ports: status.Ports?.map((port) => ({
      ...port,
      ...never,
      AddrInfoList: port.AddrInfoList?.map((address) => ({
        ...address,
        Geo: nowhere,
        LastGeoTimestamp: zeroTime,
      })) ?? null,
    })) ?? null,
  };
}

const nowhere = { ip: "", hostname: "", city: "", region: "", country: "", loc: "", org: "", postal: "" };

/** True unless only the times of tests differ. */
export function portConfigsReallyChanged(old: DevicePortConfigList, now: DevicePortConfigList): boolean {
  return !goDevicePortConfigList.equal(untimed(old), untimed(now));
}

function untimed(list: DevicePortConfigList): DevicePortConfigList {
  return {
    ...list,
    PortConfigList: list.PortConfigList?.map((config) => ({
      ...config,
      ...never,
      LastIPAndDNS: zeroTime,
      Ports: config.Ports?.map((port) => ({ ...port, ...never })) ?? null,
    })) ?? null,
  };
}
