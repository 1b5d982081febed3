/** What `AssignableAdapters` says about a port (`spec/nim.md §2.1`). Pure. */
import { type AssignableAdapters, type IoBundle, type NetworkPortConfig, nilUUID } from "../../topics/mod.ts";

type Named = Pick<NetworkPortConfig, "IfName" | "Logicallabel">;

/** The adapter of a port: of the same interface, else of the same label (EVE looks in one way here, in the other there, W23). */
export function bundleOf(adapters: AssignableAdapters | undefined, port: Named): IoBundle | undefined {
  const bundles = adapters?.IoBundleList ?? [];
  return bundles.find(({ Ifname }) => Ifname !== "" && Ifname === port.IfName) ??
    bundles.find(({ Logicallabel }) => Logicallabel !== "" && Logicallabel === port.Logicallabel);
}

/** Given away to pass it through to an application, whether one uses it yet or not. */
export function isInPCIBack(adapters: AssignableAdapters | undefined, port: Named): boolean {
  return bundleOf(adapters, port)?.IsPCIBack === true;
}

/** The application that has the port's adapter. */
export function userInPCIBack(adapters: AssignableAdapters | undefined, port: Named): string | undefined {
  const bundle = bundleOf(adapters, port);
  return bundle?.IsPCIBack === true && bundle.UsedByUUID !== nilUUID ? bundle.UsedByUUID : undefined;
}
