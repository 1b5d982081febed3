/** `ZInfoBlobList`: one blob of a content tree, from volumemgr's status (`spec/zedagent.md §14.2`). Pure. */
import { info } from "../../../proto/device.ts";
import { type BlobStatus, topics } from "../../topics/mod.ts";
import { eventItemTypes } from "../deferred/event_queue.ts";
import { zSwState } from "../local_profile/app_state.ts";
import { errorInfo } from "./error_info.ts";
import type { ObjectInfo } from "./object_info.ts";
import { usageInfo } from "./usage_info.ts";

/** Key: sha256. A list, but each blob has a message of its own. */
export const blobInfo: ObjectInfo<BlobStatus> = {
  itemType: eventItemTypes.blobInfo,
  ztype: info.ZInfoTypes.ZiBlobList,
  topic: topics.volumemgr.BlobStatus,
  content: (sha256, status) => ({ binfo: { blob: [zInfoBlob(sha256, status)] } }),
  gone: (sha256) => ({ binfo: { blob: [{ sha256 }] } }),
};

function zInfoBlob(sha256: string, status: BlobStatus): info.IZInfoBlob {
  const err = errorInfo(status);
  const { CurrentSize, TotalSize } = status;
  return {
    sha256,
    state: zSwState(status.State),
    progressPercentage: CurrentSize > 0 && TotalSize > 0
      ? Math.min(100, Math.floor(100 * CurrentSize / TotalSize))
      : 0,
    resources: { curSizeBytes: status.Size },
    usage: usageInfo(status.RefCount, status.CreateTime, status.LastRefCountChangeTime),
    ...(err === undefined ? {} : { err }),
  };
}
