/** `ZMetricVolume`: how full volumes are, in bytes (`spec/zedagent.md §15`). Pure. */
import type { metrics } from "../../../proto/device.ts";
import type { ObjectMetricsInputs } from "./object_metrics.ts";

/** Of all volumes; without numbers where nobody has measured. */
export function volumeMetrics({ volumes, disk }: ObjectMetricsInputs): metrics.IZMetricVolume[] {
  return volumes.map(({ VolumeID, DisplayName, FileLocation }) => {
    const measured = FileLocation === "" ? undefined : disk(FileLocation);
    return {
      uuid: VolumeID,
      displayName: DisplayName,
      ...(measured === undefined ? {} : {
        totalBytes: measured.ProvisionedBytes,
        usedBytes: measured.UsedBytes,
        freeBytes: Math.max(0, measured.ProvisionedBytes - measured.UsedBytes),
      }),
    };
  });
}
