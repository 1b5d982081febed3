/** `ZInfoAppInstMetaData`: what an app has handed to msrv for the controller (`spec/zedagent.md §14.2`). Pure. */
import { info } from "../../../proto/device.ts";
import { type AppInstMetaData, topics } from "../../topics/mod.ts";
import { eventItemTypes } from "../deferred/event_queue.ts";
import type { ObjectInfo } from "./object_info.ts";

/** Key: `appInstMetadataInfo:<app UUID>-<type>`. One that is gone has no data. */
export const appMetadataInfo: ObjectInfo<AppInstMetaData> = {
  itemType: eventItemTypes.appMetadataInfo,
  ztype: info.ZInfoTypes.ZiAppInstMetaData,
  topic: topics.msrv.AppInstMetaData,
  queueKey: (id) => `appInstMetadataInfo:${id}`,
  content: (_id, { AppInstUUID, Type, Data }) => ({
    amdinfo: { uuid: AppInstUUID, type: Type, data: Data ?? new Uint8Array() },
  }),
  gone: (_id, { AppInstUUID, Type }) => ({ amdinfo: { uuid: AppInstUUID, type: Type } }),
};
