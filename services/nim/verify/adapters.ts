/** What `AssignableAdapters` says about a port (`spec/nim.md §2.1`). Pure. */
import { type AssignableAdapters, type NetworkPortConfig, nilUUID } from "../../topics/mod.ts";
import { ioBundleOf } from "../status/io_bundle.ts";

type Named = Pick<NetworkPortConfig, "IfName" | "Logicallabel">;

/** Given away to pass it through to an application, whether one uses it yet or not. */
export function isInPCIBack(adapters: AssignableAdapters | undefined, port: Named): boolean {
  return ioBundleOf(adapters, port)?.IsPCIBack === true;
}

/** The application that has the port's adapter. */
export function userInPCIBack(adapters: AssignableAdapters | undefined, port: Named): string | undefined {
  const bundle = ioBundleOf(adapters, port);
  return bundle?.IsPCIBack === true && bundle.UsedByUUID !== nilUUID ? bundle.UsedByUUID : undefined;
}
