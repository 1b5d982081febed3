/** The adapter behind a port, as domainmgr knows it (`spec/nim.md §2.1`). Pure. */
import type { AssignableAdapters, IoBundle, NetworkPortConfig } from "../../topics/mod.ts";

/**
 * By logical label, else by interface name: EVE asks by one here and by the other there, and misses ports that are
 * named after their interface only (`spec/nim.md §19 W23`).
 */
export function ioBundleOf(
  adapters: AssignableAdapters | undefined,
  port: Pick<NetworkPortConfig, "Logicallabel" | "IfName">,
): IoBundle | undefined {
  const bundles = adapters?.IoBundleList ?? [];
  return bundles.find(({ Logicallabel }) => Logicallabel !== "" && Logicallabel === port.Logicallabel) ??
    bundles.find(({ Ifname }) => Ifname !== "" && Ifname === port.IfName);
}
