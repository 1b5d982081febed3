/** Where the addresses of management ports are on earth: whom to ask, what to keep (`spec/nim.md §15`). Pure. */
import {
  type AddrInfo,
  type DeviceNetworkStatus,
  goTime,
  type IPInfo,
  isLinkLocal,
  managementPorts,
  timeMs,
} from "../../topics/mod.ts";

/** See {@linkcode noGeo}. */
export interface GeoState {
  /** Interface and address → when a service last answered, in milliseconds since 1970. */
  readonly answered: ReadonlyMap<string, number>;
  /** Interface and address → what is known. */
  readonly found: ReadonlyMap<string, Pick<AddrInfo, "Geo" | "LastGeoTimestamp">>;
}

/** Nobody asked yet. */
export const noGeo: GeoState = { answered: new Map(), found: new Map() };

/** One address to ask about, by sending from it. */
export interface GeoQuestion {
  readonly ifName: string;
  readonly address: string;
}

/**
 * The addresses whose place is older than `redoMs`. Unlike EVE's, an answer that says nothing new counts as one: nobody is
 * asked with every tick (`spec/nim.md §19 W21`).
 * @param now milliseconds since 1970
 */
export function dueQuestions(
  { answered }: GeoState,
  status: DeviceNetworkStatus,
  redoMs: number,
  now: number,
): readonly GeoQuestion[] {
  return managementPorts(status)
    .filter(({ DNSServers }) => (DNSServers ?? []).length > 0)
    .flatMap(({ IfName, AddrInfoList }) =>
      (AddrInfoList ?? [])
        .filter(({ Addr }) => Addr !== "" && !isLinkLocal(Addr))
        .filter(({ Addr, LastGeoTimestamp }) =>
          isOld(timeMs(LastGeoTimestamp), redoMs, now) &&
          isOld(answered.get(keyOf(IfName, Addr)) ?? -Infinity, redoMs, now)
        )
        .map(({ Addr }) => ({ ifName: IfName, address: Addr }))
    );
}

/** A time in the future was measured with another clock. */
function isOld(then: number, redoMs: number, now: number): boolean {
  return now - then >= redoMs || then > now;
}

/** Takes in an answer. What is known of an address changes only with its address on the internet. */
export function answeredWith(
  state: GeoState,
  { ifName, address }: GeoQuestion,
  info: IPInfo,
  status: DeviceNetworkStatus,
  now: number,
): { readonly state: GeoState; readonly changed: boolean } {
  const key = keyOf(ifName, address);
  const answered = new Map(state.answered).set(key, now);
  const published = (status.Ports ?? [])
    .filter(({ IfName }) => IfName === ifName)
    .flatMap(({ AddrInfoList }) => AddrInfoList ?? [])
    .find(({ Addr }) => Addr === address);
  const known = state.found.get(key)?.Geo.ip ?? published?.Geo.ip ?? "";
  if (info.ip === "" || info.ip === known) return { state: { ...state, answered }, changed: false };
  const found = new Map(state.found).set(key, { Geo: info, LastGeoTimestamp: goTime(now) });
  return { state: { answered, found }, changed: true };
}

/** The status with what was found for its addresses. */
export function withGeo(status: DeviceNetworkStatus, { found }: GeoState): DeviceNetworkStatus {
  if (found.size === 0 || status.Ports === null) return status;
  const Ports = status.Ports.map((port) => ({
    ...port,
    AddrInfoList: port.AddrInfoList?.map((info) => ({
      ...info,
      ...found.get(keyOf(port.IfName, info.Addr)),
    })) ?? null,
  }));
  return { ...status, Ports };
}

function keyOf(ifName: string, address: string): string {
  return `${ifName} ${address}`;
}
