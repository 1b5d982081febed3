/** `ZInfoEdgeview`: a remote session on the device, from its own status (`spec/zedagent.md §14.2`). Pure. */
import { info } from "../../../proto/device.ts";
import { toTimestamp } from "../../../proto/timestamp.ts";
import { type EdgeviewStatus, topics } from "../../topics/mod.ts";
import { eventItemTypes } from "../deferred/event_queue.ts";
import { timeField } from "./error_info.ts";
import type { ObjectInfo } from "./object_info.ts";

/** Key: `global`. Nothing in it: there is no session any more. */
export const edgeviewInfo: ObjectInfo<EdgeviewStatus> = {
  itemType: eventItemTypes.edgeviewInfo,
  ztype: info.ZInfoTypes.ZiEdgeview,
  topic: topics.edgeview.EdgeviewStatus,
  content: (_id, status) => ({
    evinfo: {
      ...(status.ExpireOn === 0 ? {} : { expire_time: toTimestamp(status.ExpireOn * 1000) }),
      ...timeField("started_time", status.StartedOn),
      count_dev: status.CmdCountDev,
      count_app: status.CmdCountApp,
      count_ext: status.CmdCountExt,
    },
  }),
  gone: () => ({ evinfo: {} }),
};
