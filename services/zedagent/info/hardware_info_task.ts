/** Reports the software below us: release and kernel, at the start and with everything else (`spec/zedagent.md §14.2`). */
import { info, ZInfoMsg } from "../../../proto/device.ts";
import { toTimestamp } from "../../../proto/timestamp.ts";
import { urlPathString } from "../../../controllerconn/mod.ts";
import { readFileIfPresent } from "../../pubsub/mod.ts";
import { eventItemTypes, isAirgapped } from "../deferred/event_queue.ts";
import type { ControllerAccess, HardwareInfoTask } from "../parts.ts";
import { startHardwareHealth } from "./hardware_health_task.ts";
import { tolerant } from "./host_facts.ts";

/** What a communications port knows; disks and inventory belong to others. */
interface HardwareInfoInputs {
  readonly devUUID: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Text of `/run/eve-release`; absent outside EVE. */
  readonly eveRelease: string | undefined;
  readonly kernelVersion: string | undefined;
}

/** The message, ready to be sent. Pure. */
function hardwareInfoMessage(inputs: HardwareInfoInputs): Uint8Array {
  const { devUUID, now, eveRelease, kernelVersion } = inputs;
  return ZInfoMsg.encode({
    ztype: info.ZInfoTypes.ZiHardware,
    devId: devUUID,
    hwinfo: {
      ...(eveRelease === undefined ? {} : { eve_release: eveRelease.trim() }),
      ...(kernelVersion === undefined ? {} : { kernel_version: kernelVersion }),
    },
    atTimeStamp: toTimestamp(now),
  }).finish();
}

/** Queues the first report at once; starts the reports of hardware health. */
export function startHardwareInfo(access: ControllerAccess): HardwareInfoTask {
  const { device, events } = access;
  let lastKey: string | undefined;
  const publishAll = () => {
    const devUUID = access.devUUID();
    const key = `${devUUID}hwinfo`;
    if (lastKey !== undefined && lastKey !== key) events.removeDeferred(lastKey);
    lastKey = key;
    const release = tolerant(device, "EVE's release", () => readFileIfPresent(device.paths.eveRelease));
    const payload = hardwareInfoMessage({
      devUUID,
      now: device.clock.now(),
      eveRelease: release === undefined ? undefined : new TextDecoder().decode(release),
      kernelVersion: tolerant(device, "kernel version", () => Deno.osRelease()),
    });
    events.setDeferred({
      key,
      itemType: eventItemTypes.hardwareInfo,
      url: urlPathString(access.server(), devUUID, "info"),
      payload,
      bailOnHTTPErr: true,
      suppressLogs: isAirgapped(access),
    });
  };
  publishAll();
  startHardwareHealth(access);
  return { publishAll };
}
