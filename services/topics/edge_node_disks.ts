/** `zedagent/EdgeNodeDisks`: the layout of disks that zfsmanager is to make (`spec/zedagent.md §6.2`). Key `global`. */
import { goList, goPointer } from "./go_containers.ts";
import { goInt32, goString } from "./go_scalars.ts";
import { goStruct } from "./go_struct.ts";
import { type GoType, type GoValue, mismatch } from "./go_type.ts";

const goEdgeNodeDiskDescription = goStruct({ Name: goString, LogicalName: goString, Serial: goString });

/** One disk. `Config` is `DiskConfigType` of the device API. */
export const goEdgeNodeDiskConfig = goStruct({
  Disk: goEdgeNodeDiskDescription,
  OldDisk: goPointer(goEdgeNodeDiskDescription),
  Config: goInt32,
});

/** Arrays stand in each other at most so deep; nobody builds more than a mirror of stripes. */
export const deepestArray = 8;

/** `ArrayType` is `DisksArrayType` of the device API: 0 none, 1 to 4 RAID 0, 1, 5, 6. */
export interface EdgeNodeDisks {
  readonly Disks: readonly GoValue<typeof goEdgeNodeDiskConfig>[] | null;
  readonly ArrayType: number;
  readonly Children: readonly EdgeNodeDisks[] | null;
}

const noArray: GoType<EdgeNodeDisks> = {
  zero: () => ({ Disks: null, ArrayType: 0, Children: null }),
  encode: () => mismatch(`arrays at most ${deepestArray} deep`, "more"),
  decode: (json) => mismatch(`arrays at most ${deepestArray} deep`, json),
  equal: () => false,
  isEmpty: () => false,
  wide: false,
  canonical: "always",
};

/** See {@linkcode EdgeNodeDisks}; the type is unrolled {@linkcode deepestArray} times. */
export const goEdgeNodeDisks: GoType<EdgeNodeDisks> = Array.from({ length: deepestArray }).reduce<
  GoType<EdgeNodeDisks>
>(
  (children) =>
    goStruct({ Disks: goList(goEdgeNodeDiskConfig), ArrayType: goInt32, Children: goList(children) }),
  noArray,
);
