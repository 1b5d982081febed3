/** What nim asks about a `DevicePortConfig` (`spec/nim.md §5.5`). Times are compared by instant. Pure. */
import {
  compareTimes,
  type DevicePortConfig,
  DhcpType,
  goNetworkPortConfig,
  goSet,
  goString,
  goStruct,
  goUint8,
  isZeroTime,
  omitEmpty,
  timeInstant,
} from "../../topics/mod.ts";

const { LastFailed: _1, LastSucceeded: _2, LastError: _3, LastWarning: _4, ...configured } =
  goNetworkPortConfig.fields;

/** A port without its results and without the time it was submitted at. */
const goComparedPort = goStruct({
  ...configured,
  SharedLabels: omitEmpty(goSet(goString)),
  ConfigSource: goStruct({ Origin: omitEmpty(goUint8) }),
});

/**
 * The same configuration, whenever it was made and whatever tests said. Unlike EVE's, it also looks at Version,
 * NetworkUUID, IsL3Port and InvalidConfig, so that a configuration that becomes valid is not taken for the old one
 * (`spec/nim.md §19 W13`).
 */
export function mostlyEqual(a: DevicePortConfig, b: DevicePortConfig): boolean {
  const left = a.Ports ?? [];
  const right = b.Ports ?? [];
  return a.Key === b.Key && a.Version === b.Version && left.length === right.length &&
    left.every((port, index) => {
      const other = right[index];
      return other !== undefined && goComparedPort.equal(port, other);
    });
}

/** Ports for management that are no switch ports. @param validOnly leaves out those whose configuration is invalid */
export function managementPortCount(dpc: DevicePortConfig, validOnly: boolean): number {
  return (dpc.Ports ?? []).filter((port) =>
    port.IsMgmt && port.Dhcp !== DhcpType.DhcpTypeNone && !(validOnly && port.InvalidConfig)
  ).length;
}

/** It has a valid management port. */
export function isUsable(dpc: DevicePortConfig): boolean {
  return managementPortCount(dpc, true) > 0;
}

/** Usable, and no test of it has ended yet. */
export function isUntested(dpc: DevicePortConfig): boolean {
  return isUsable(dpc) && isZeroTime(dpc.LastFailed) && isZeroTime(dpc.LastSucceeded);
}

/** The last test that said something about it was a success. */
export function wasWorking(dpc: DevicePortConfig): boolean {
  return !isZeroTime(dpc.LastSucceeded) && compareTimes(dpc.LastSucceeded, dpc.LastFailed) > 0;
}

/**
 * Worth a test: usable, and not cooling down after a failure. A failure in the future means that the clock was not
 * set then.
 * @param now Go time text
 * @param coolDownMs milliseconds that a failed configuration is left alone
 */
export function isTestable(dpc: DevicePortConfig, now: string, coolDownMs: number): boolean {
  if (!isUsable(dpc)) return false;
  if (isZeroTime(dpc.LastFailed) || wasWorking(dpc)) return true;
  const age = millisecondsSince(dpc.LastFailed, now);
  return age < 0 || age >= coolDownMs;
}

function millisecondsSince(then: string, now: string): number {
  const [from, to] = [timeInstant(then), timeInstant(now)];
  return (to.seconds - from.seconds) * 1000 + (to.nanoseconds - from.nanoseconds) / 1e6;
}
