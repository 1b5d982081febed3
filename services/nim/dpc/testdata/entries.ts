/** Short ways to write lists of configurations in tests. */
import {
  type DevicePortConfig,
  type DevicePortConfigList,
  goDevicePortConfig,
  goNetworkPortConfig,
  zeroTime,
} from "../../../topics/mod.ts";

/** A management port. */
export const eth0 = goNetworkPortConfig.make({
  IfName: "eth0",
  Phylabel: "eth0",
  Logicallabel: "eth0",
  IsMgmt: true,
  IsL3Port: true,
  Dhcp: 4,
});

/** The Go time of a second on one day. */
export function at(second: number): string {
  return `2026-08-22T10:00:${String(second).padStart(2, "0")}Z`;
}

/** A configuration of second `time`; `cost` makes its content differ from others. */
export function entry(
  Key: string,
  time: number,
  cost = 0,
  some: Partial<DevicePortConfig> = {},
): DevicePortConfig {
  return goDevicePortConfig.make({
    Version: 1,
    Key,
    TimePriority: at(time),
    Ports: [{ ...eth0, Cost: cost }],
    ...some,
  });
}

/** Results of an entry that works, or that fails. */
export const works = { LastSucceeded: at(59), LastFailed: zeroTime };
export const fails = { LastFailed: at(59), LastError: "no answer" };

export function listOf(CurrentIndex: number, ...PortConfigList: DevicePortConfig[]): DevicePortConfigList {
  return { CurrentIndex, PortConfigList };
}

/** Key and second of each entry, as `zedagent 7`. */
export function names(list: DevicePortConfigList): string[] {
  return (list.PortConfigList ?? []).map(({ Key, TimePriority }) =>
    `${Key} ${Number(TimePriority.slice(17, 19))}`
  );
}
