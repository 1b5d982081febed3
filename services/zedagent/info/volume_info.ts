/** `ZInfoVolume`: a volume, from volumemgr's status (`spec/zedagent.md §14.2`). Pure. */
import { info } from "../../../proto/device.ts";
import { topics, type VolumeStatus } from "../../topics/mod.ts";
import { eventItemTypes } from "../deferred/event_queue.ts";
import { zSwState } from "../local_profile/app_state.ts";
import { errorInfo } from "./error_info.ts";
import type { ObjectInfo, OtherObjects } from "./object_info.ts";
import { usageInfo } from "./usage_info.ts";

/** Key: `volume:<UUID>`, which no other kind of object shares (W16). While a new generation replaces an old one both are there: the new one is reported. */
export const volumeInfo: ObjectInfo<VolumeStatus> = {
  itemType: eventItemTypes.volumeInfo,
  ztype: info.ZInfoTypes.ZiVolume,
  topic: topics.volumemgr.VolumeStatus,
  idOf: (key) => key.split("#")[0] ?? key,
  queueKey: (id) => `volume:${id}`,
  rank: ({ GenerationCounter, LocalGenerationCounter }) => GenerationCounter + LocalGenerationCounter,
  dependsOn: ["AppDiskMetric"],
  content: (id, status, others) => ({ vinfo: zInfoVolume(id, status, others) }),
  gone: (uuid) => ({ vinfo: { uuid } }),
};

function zInfoVolume(uuid: string, status: VolumeStatus, others: OtherObjects): info.IZInfoVolume {
  const volumeErr = errorInfo(status);
  const disk = status.FileLocation === "" ? undefined : others.appDisk(status.FileLocation);
  return {
    uuid,
    displayName: status.DisplayName,
    state: zSwState(status.State),
    progressPercentage: status.Progress,
    generation_count: status.GenerationCounter,
    usage: usageInfo(status.RefCount, status.CreateTime, status.LastRefCountChangeTime),
    ...(disk === undefined
      ? {}
      : { resources: { maxSizeBytes: disk.ProvisionedBytes, curSizeBytes: disk.UsedBytes } }),
    ...(volumeErr === undefined ? {} : { volumeErr }),
  };
}
