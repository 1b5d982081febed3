/** Reports where the device is, from time to time and with everything else (`spec/zedagent.md §16`). */
import { urlPathString } from "../../../controllerconn/mod.ts";
import { info, ZInfoMsg } from "../../../proto/device.ts";
import { toTimestamp } from "../../../proto/timestamp.ts";
import { between, errorText, every } from "../../agent/mod.ts";
import { intItem, topics } from "../../topics/mod.ts";
import { eventItemTypes, isAirgapped } from "../deferred/event_queue.ts";
import { goWwanLocationInfo, locationInfo } from "../local_profile/location.ts";
import type { ControllerAccess } from "../parts.ts";

/** See {@linkcode startLocationInfo}. */
export interface LocationInfoTask {
  publishAll(): void;
}

/** Runs until the device ends. Without a place from the modem there is no report; one that fails is not tried again. */
export function startLocationInfo(access: ControllerAccess): LocationInfoTask {
  const { device, events } = access;
  const locations = device.bus.subscription(topics.wwan.WwanLocationInfo);
  locations.activate();
  let lastKey: string | undefined;

  const publish = () => {
    const raw = locations.get("global");
    if (raw === undefined || device.signal.aborted) return;
    try {
      const devId = access.devUUID();
      const key = `location:${devId}`;
      const payload = ZInfoMsg.encode({
        ztype: info.ZInfoTypes.ZiLocation,
        devId,
        locinfo: locationInfo(goWwanLocationInfo.decode(raw)),
        atTimeStamp: toTimestamp(device.clock.now()),
      }).finish();
      if (lastKey !== undefined && lastKey !== key) events.removeDeferred(lastKey);
      lastKey = key;
      events.setDeferred({
        key,
        itemType: eventItemTypes.locationInfo,
        url: urlPathString(access.server(), devId, "info"),
        payload,
        bailOnHTTPErr: false,
        discardOnFailure: true,
        suppressLogs: isAirgapped(access),
      });
    } catch (error) {
      device.log.error(`location info: ${errorText(error)}; the next one is due as ever`);
    }
  };

  const intervalMs = () => intItem(access.items(), "timer.location.cloud.interval") * 1000;
  every(device, () => between(device.random, 0.3, 1) * intervalMs(), publish);
  return { publishAll: publish };
}
