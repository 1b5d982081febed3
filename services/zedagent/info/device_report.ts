/** A report about the whole device beside its device info: one message in the event queue, the newest (`spec/zedagent.md §14.1`). */
import { urlPathString } from "../../../controllerconn/mod.ts";
import { type info, ZInfoMsg } from "../../../proto/device.ts";
import { toTimestamp } from "../../../proto/timestamp.ts";
import { type EventItemType, isAirgapped } from "../deferred/event_queue.ts";
import type { ControllerAccess } from "../parts.ts";

/** The content of a message, with its type. */
export type ReportContent = Pick<info.IZInfoMsg, "ztype" | "locinfo" | "ntp_sources">;

/** @param prefix of the queue key, `location` in `location:<devUUID>` @returns queues one, in place of one for another UUID, too */
export function openDeviceReport(
  access: ControllerAccess,
  prefix: string,
  itemType: EventItemType,
  options: { readonly discardOnFailure?: boolean } = {},
): (content: ReportContent) => void {
  const { device, events } = access;
  let lastKey: string | undefined;
  return (content) => {
    const devId = access.devUUID();
    const key = `${prefix}:${devId}`;
    const payload = ZInfoMsg.encode({ ...content, devId, atTimeStamp: toTimestamp(device.clock.now()) });
    if (lastKey !== undefined && lastKey !== key) events.removeDeferred(lastKey);
    lastKey = key;
    events.setDeferred({
      key,
      itemType,
      url: urlPathString(access.server(), devId, "info"),
      payload: payload.finish(),
      bailOnHTTPErr: false,
      suppressLogs: isAirgapped(access),
      ...options,
    });
  };
}
