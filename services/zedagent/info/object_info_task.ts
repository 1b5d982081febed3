/** Reports apps, volumes, networks … one by one, when they change, through the event queue (`spec/zedagent.md §14.2`). */
import { urlPathString } from "../../../controllerconn/mod.ts";
import { ZInfoMsg } from "../../../proto/device.ts";
import { toTimestamp } from "../../../proto/timestamp.ts";
import { errorText } from "../../agent/mod.ts";
import { equalBytes } from "../../topics/mod.ts";
import { isAirgapped } from "../deferred/event_queue.ts";
import type { ControllerAccess } from "../parts.ts";
import { type FollowedObjects, objectInfos } from "./object_infos.ts";
import { followOtherObjects } from "./other_objects.ts";

/** How many objects that are gone are forgotten in one go. */
const forgottenAtOnce = 16;

/** See {@linkcode startObjectInfos}. */
export interface ObjectInfos {
  /** Everything that is there, and what the controller has yet to hear of being gone, once more. */
  publishAll(): void;
}

/**
 * Runs until the device ends. What happens at one moment becomes one message for each object; what says the same as the
 * last message is not sent again.
 */
export function startObjectInfos(access: ControllerAccess): ObjectInfos {
  const { device, events } = access;
  /** Content last queued, without its time, by key of the event queue. */
  const last = new Map<string, Uint8Array>();
  const gone = new Map<string, { readonly type: FollowedObjects; readonly id: string }>();
  const changed = new Map<FollowedObjects, Set<string>>();
  let isScheduled = false;

  const schedule = () => {
    if (isScheduled) return;
    isScheduled = true;
    queueMicrotask(() => {
      isScheduled = false;
      if (device.signal.aborted) return;
      forget();
      for (const [type, ids] of changed) {
        for (const id of ids) report(type, id, false);
      }
      changed.clear();
    });
  };
  const touched = (type: FollowedObjects, ids: Iterable<string>) => {
    const set = changed.get(type) ?? new Set<string>();
    changed.set(type, set);
    for (const id of ids) set.add(id);
    schedule();
  };

  const report = (type: FollowedObjects, id: string, isAnew: boolean) => {
    const key = type.queueKey(id);
    try {
      const reported = type.report(id, others);
      if (reported === undefined) {
        // Nobody is told: of one that is gone nothing is left to remember.
        type.forget(id);
        last.delete(key);
        return;
      }
      const devId = access.devUUID();
      const message = { ztype: type.ztype, devId, ...reported.content };
      const content = ZInfoMsg.encode(message).finish();
      const before = last.get(key);
      if (!isAnew && before !== undefined && equalBytes(before, content)) return;
      last.set(key, content);
      if (reported.gone) gone.set(key, { type, id });
      else gone.delete(key);
      events.setDeferred({
        key,
        itemType: type.itemType,
        url: urlPathString(access.server(), devId, "info"),
        payload: ZInfoMsg.encode({ ...message, atTimeStamp: toTimestamp(device.clock.now()) }).finish(),
        bailOnHTTPErr: type.bailOnHTTPErr,
        suppressLogs: isAirgapped(access),
      });
    } catch (error) {
      device.log.error(`${type.itemType} ${id}: ${errorText(error)}; it is reported when it changes`);
    }
  };

  /** Objects that are gone, once the controller knows it; the others are looked at again after all the rest. */
  const forget = () => {
    for (const [key, object] of [...gone.entries().take(forgottenAtOnce)]) {
      const { type, id } = object;
      if (events.queued(key) !== undefined) {
        gone.delete(key);
        gone.set(key, object);
        continue;
      }
      type.forget(id);
      events.removeDeferred(key);
      last.delete(key);
      gone.delete(key);
    }
  };

  const types = objectInfos.map((follow) => {
    const type: FollowedObjects = follow(device, (id) => touched(type, [id]));
    return type;
  });
  const { others, activate } = followOtherObjects(device, access.devUUID, (topic) => {
    for (const type of types) if (type.dependsOn.includes(topic)) touched(type, type.ids());
  });
  activate();
  for (const type of types) type.activate();
  return {
    publishAll() {
      if (device.signal.aborted) return;
      for (const [key, { type, id }] of gone) if (events.queued(key) !== undefined) report(type, id, true);
      for (const type of types) for (const id of type.ids()) report(type, id, true);
    },
  };
}
