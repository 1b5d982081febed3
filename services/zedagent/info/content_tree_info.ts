/** `ZInfoContentTree`: what volumes are made from, from volumemgr's status (`spec/zedagent.md §14.2`). Pure. */
import { info } from "../../../proto/device.ts";
import { type ContentTreeStatus, topics } from "../../topics/mod.ts";
import { eventItemTypes } from "../deferred/event_queue.ts";
import { zSwState } from "../local_profile/app_state.ts";
import { errorInfo } from "./error_info.ts";
import type { ObjectInfo } from "./object_info.ts";
import { usageInfo } from "./usage_info.ts";

/** Key: `contentTree:<UUID>`, which no other kind of object shares (W16). volumemgr counts no references: there is one while the tree is there. */
export const contentTreeInfo: ObjectInfo<ContentTreeStatus> = {
  itemType: eventItemTypes.contentTreeInfo,
  ztype: info.ZInfoTypes.ZiContentTree,
  topic: topics.volumemgr.ContentTreeStatus,
  queueKey: (id) => `contentTree:${id}`,
  content: (uuid, status) => ({ cinfo: zInfoContentTree(uuid, status) }),
  gone: (uuid) => ({ cinfo: { uuid } }),
};

function zInfoContentTree(uuid: string, status: ContentTreeStatus): info.IZInfoContentTree {
  const err = errorInfo(status);
  return {
    uuid,
    displayName: status.DisplayName,
    sha256: status.ContentSha256,
    state: zSwState(status.State),
    progressPercentage: status.Progress,
    generation_count: status.GenerationCounter,
    resources: { curSizeBytes: Math.max(0, status.TotalSize) },
    usage: usageInfo(1, status.CreateTime, status.CreateTime),
    componentShaList: status.Blobs ?? [],
    ...(err === undefined ? {} : { err }),
  };
}
