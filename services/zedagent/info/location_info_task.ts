/** Reports where the device is, from time to time and with everything else (`spec/zedagent.md §16`). */
import { info } from "../../../proto/device.ts";
import { between, errorText } from "../../agent/mod.ts";
import { intItem, topics } from "../../topics/mod.ts";
import { eventItemTypes } from "../deferred/event_queue.ts";
import { goWwanLocationInfo, locationInfo } from "../local_profile/location.ts";
import type { ControllerAccess } from "../parts.ts";
import { openDeviceReport } from "./device_report.ts";
import { startTicker, type Ticker } from "./ticker.ts";

/** See {@linkcode startLocationInfo}. */
export interface LocationInfoTask extends Ticker {
  publishAll(): void;
}

/** Runs until the device ends. Without a place from the modem there is no report; one that fails is not tried again. */
export function startLocationInfo(access: ControllerAccess): LocationInfoTask {
  const { device } = access;
  const locations = device.bus.subscription(topics.wwan.WwanLocationInfo);
  locations.activate();
  const report = openDeviceReport(access, "location", eventItemTypes.locationInfo, {
    discardOnFailure: true,
  });

  const publish = () => {
    const raw = locations.get("global");
    if (raw === undefined || device.signal.aborted) return;
    try {
      report({ ztype: info.ZInfoTypes.ZiLocation, locinfo: locationInfo(goWwanLocationInfo.decode(raw)) });
    } catch (error) {
      device.log.error(`location info: ${errorText(error)}; the next one is due as ever`);
    }
  };

  const intervalMs = () => intItem(access.items(), "timer.location.cloud.interval") * 1000;
  const ticker = startTicker(device, () => between(device.random, 0.3, 1) * intervalMs(), publish);
  return { publishAll: publish, ...ticker };
}
