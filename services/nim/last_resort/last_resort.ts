/** The configuration that nim makes up itself: when it is made, made anew, and let go (`spec/nim.md §10`). Pure. */
import {
  type DevicePortConfig,
  DhcpType,
  goDevicePortConfig,
  goNetworkPortConfig,
  NetworkConfigOrigin,
  NetworkType,
} from "../../topics/mod.ts";
import { LAST_RESORT_KEY } from "../dpc/order.ts";
import { mostlyEqual } from "../dpc/predicates.ts";
import { sanitizePorts } from "../dpc/sanitize.ts";
import { eligibleLinks, type Machine } from "./eligible_links.ts";

/** See {@linkcode noLastResort}. */
export interface LastResort {
  /** It follows the interfaces of the machine. */
  readonly isKept: boolean;
  /** As it was added last; absent as long as no interface could be used. */
  readonly dpc?: DevicePortConfig;
}

/** Neither wanted nor added yet; also after a restart, whatever the list has. */
export const noLastResort: LastResort = { isKept: false };

export type LastResortEvent =
  /** The option turned on, or nothing else has come (`spec/nim.md §4`). */
  | { readonly kind: "wanted" }
  | { readonly kind: "adapters" | "links" }
  /** It left the list. */
  | { readonly kind: "dropped" };

/**
 * `add` goes into the list. Nothing is taken out when an interface disappears, and a configuration without ports is
 * never added.
 * @param now Go time text
 */
export function keepLastResort(
  state: LastResort,
  event: LastResortEvent,
  machine: Machine,
  now: string,
): { readonly state: LastResort; readonly add?: DevicePortConfig } {
  switch (event.kind) {
    case "wanted":
      return renewed({ ...state, isKept: true }, machine, now);
    case "adapters":
      return state.isKept ? renewed(state, machine, now) : { state };
    case "links":
      return state.isKept && hasNewLink(state, machine) ? renewed(state, machine, now) : { state };
    case "dropped":
      return { state: noLastResort };
  }
}

function hasNewLink({ dpc }: LastResort, machine: Machine): boolean {
  const known = new Set(dpc?.Ports?.map(({ IfName }) => IfName));
  return eligibleLinks(machine).some(({ name }) => !known.has(name));
}

function renewed(
  state: LastResort,
  machine: Machine,
  now: string,
): { readonly state: LastResort; readonly add?: DevicePortConfig } {
  const dpc = lastResortConfig(machine, now);
  const isNews = dpc.Ports !== null && (state.dpc === undefined || !mostlyEqual(state.dpc, dpc));
  return isNews ? { state: { isKept: true, dpc }, add: dpc } : { state };
}

/** DHCP on every eligible interface, of the lowest priority there is; `Ports` is null if there is none. */
export function lastResortConfig(machine: Machine, now: string): DevicePortConfig {
  const ports = eligibleLinks(machine).map(({ name }) =>
    goNetworkPortConfig.make({
      IfName: name,
      Phylabel: name,
      Logicallabel: name,
      IsMgmt: true,
      IsL3Port: true,
      Dhcp: DhcpType.DhcpTypeClient,
      Type: NetworkType.NetworkTypeIPv4,
      ConfigSource: {
        Origin: NetworkConfigOrigin.NetworkConfigOriginLastResort,
        SubmittedAt: now,
      },
    })
  );
  return sanitizePorts(goDevicePortConfig.make({
    Version: 1,
    Key: LAST_RESORT_KEY,
    TimePriority: "1970-01-01T00:00:00Z",
    Ports: ports.length === 0 ? null : ports,
  }));
}
