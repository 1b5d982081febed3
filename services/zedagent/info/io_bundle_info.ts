/** Adapters of the device as apps and network instances use them, in the form of the device API. Pure. */
import type { info } from "../../../proto/device.ts";
import type { IoBundle } from "../../topics/mod.ts";

/** Those that a name of the configuration means: a physical or logical label, or a group. */
export function bundlesNamed(bundles: readonly IoBundle[], name: string): readonly IoBundle[] {
  return name === ""
    ? []
    : bundles.filter(({ Phylabel, Logicallabel, AssignmentGroup }) =>
      name === Phylabel || name === Logicallabel || name === AssignmentGroup
    );
}

/** @param usedBy UUID of the app, or of the device itself */
export function assignedAdapter(
  type: number,
  name: string,
  usedBy: string,
  members: readonly IoBundle[],
): info.IZioBundle {
  return {
    type,
    name,
    usedByAppUUID: usedBy,
    members: members.map(({ Phylabel }) => Phylabel),
    ioAddressList: members.filter(({ MacAddr }) => MacAddr !== "").map(({ MacAddr }) => ({
      macAddress: MacAddr,
    })),
  };
}
