/** `ZInfoKubeClusterUpdateStatus`: the update of a cluster's node, from zedkube (`spec/zedagent.md §14.2`). Pure. */
import { info } from "../../../proto/device.ts";
import { type KubeClusterUpdateStatus, topics } from "../../topics/mod.ts";
import { eventItemTypes } from "../deferred/event_queue.ts";
import { errorInfo } from "./error_info.ts";
import type { ObjectInfo } from "./object_info.ts";

/** Key: `kubeclusterupdatestatus`. That a status is gone is not reported: the update is over. */
export const kubeUpdateInfo: ObjectInfo<KubeClusterUpdateStatus> = {
  itemType: eventItemTypes.kubeUpdateInfo,
  ztype: info.ZInfoTypes.ZiKubeClusterUpdateStatus,
  topic: topics.zedkube.KubeClusterUpdateStatus,
  queueKey: () => "kubeclusterupdatestatus",
  content(_id, status) {
    const error = errorInfo(status);
    return {
      cluster_update_info: {
        current_node: status.CurrentNode,
        component: status.Component,
        status: status.Status,
        ...(error === undefined ? {} : { error }),
      },
    };
  },
  gone: () => undefined,
};
