/** `disks` → `EdgeNodeDisks`, passed through to zfsmanager (`spec/zedagent.md §6.2`). */
import type { common, config } from "../../../proto/device.ts";
import { deepestArray, type EdgeNodeDisks } from "../../topics/mod.ts";
import { emptyToNull, refuse, type Section, section } from "./section.ts";

/** Under `global`; none without `disks`. */
export function edgeNodeDisks(disks: config.DisksConfig | null): Section<EdgeNodeDisks> {
  return section(disks === null ? [] : [disks], (root) => ["global", array(root, 1)]);
}

function array(disks: config.DisksConfig, depth: number): EdgeNodeDisks {
  if (depth > deepestArray) {
    refuse(`disks: expected arrays at most ${deepestArray} deep; the layout before stays`);
  }
  return {
    Disks: emptyToNull(disks.disks.map((disk) => ({
      Disk: description(disk.disk) ?? { Name: "", LogicalName: "", Serial: "" },
      OldDisk: description(disk.old_disk),
      Config: disk.disk_config,
    }))),
    ArrayType: disks.array_type,
    Children: emptyToNull(disks.children.map((child) => array(child, depth + 1))),
  };
}

function description(
  disk: common.DiskDescription | null,
): NonNullable<EdgeNodeDisks["Disks"]>[number]["OldDisk"] {
  return disk === null ? null : { Name: disk.name, LogicalName: disk.logical_name, Serial: disk.serial };
}
