/** Copies of reports for a LOC: best effort, the newest of each, never in the way of the controller's (`spec/zedagent.md §14.1, 15`). */
import {
  createDeferredQueue,
  type DeferredQueue,
  type DeferredRequest,
  urlPathString,
} from "../../../controllerconn/mod.ts";
import { keepTouched, registerWatchdog } from "../../agent/mod.ts";
import { eventItemTypes, type EventQueue } from "../deferred/event_queue.ts";
import type { ControllerAccess } from "../parts.ts";

const queueName = "zedagentDeferredLOCPeriodic";
const forControllerOnly: readonly string[] = [eventItemTypes.edgeNodeCerts, eventItemTypes.patchEnvelopeInfo];

/** See {@linkcode openLocCopies}. */
export interface LocCopies {
  /** The same queue; info that goes into it goes to the LOC, too. */
  copying(events: EventQueue): EventQueue;
  /** The bytes of a report that is sent by itself; one that is still on its way is not overtaken. */
  copy(action: "metrics" | "hardwarehealth", body: Uint8Array): void;
  /** All info as it was last reported, once more. */
  repeatInfo(): void;
}

/** What copies need. */
export interface LocCopyDeps extends Pick<ControllerAccess, "device" | "client" | "devUUID"> {
  /** `""` while there is no LOC: nothing is copied then. */
  readonly url: () => string;
}

/** Starts with the first copy. */
export function openLocCopies({ device, client, devUUID, url }: LocCopyDeps): LocCopies {
  const info = new Map<string, DeferredRequest>();
  const onTheWay = new Set<string>();
  let queue: DeferredQueue | undefined;
  let iteration = 0;
  const open = () => {
    if (queue !== undefined) return queue;
    registerWatchdog(device, queueName);
    keepTouched(device, queueName);
    return queue = createDeferredQueue({
      client,
      now: () => device.clock.monotonic(),
      sleep: (ms, signal) => device.clock.sleep(ms, signal),
      random: () => device.random.next(),
      signal: device.signal,
      log: (level, text) => device.log[level](`LOC: ${text}`),
    });
  };
  const send = (request: DeferredRequest) => {
    if (url() === "" || device.signal.aborted) return;
    open().setDeferred({
      ...request,
      url: urlPathString(url(), devUUID(), "info"),
      discardOnFailure: true,
      suppressLogs: true,
    });
  };
  return {
    copying: (events) => ({
      ...events,
      setDeferred(request) {
        events.setDeferred(request);
        if (forControllerOnly.includes(request.itemType)) return;
        info.set(request.key, request);
        send(request);
      },
      removeDeferred(key) {
        events.removeDeferred(key);
        info.delete(key);
        queue?.removeDeferred(key);
      },
    }),
    copy(action, body) {
      if (url() === "" || onTheWay.has(action)) return;
      onTheWay.add(action);
      client.sendOnAllIntf(urlPathString(url(), devUUID(), action), body, {
        signal: device.signal,
        iteration: iteration++,
      }).then((result) => {
        onTheWay.delete(action);
        if (result.error !== undefined && !device.signal.aborted) {
          device.log.debug(`LOC: ${result.error.message}; this copy is lost`);
        }
      });
    },
    repeatInfo() {
      for (const request of info.values()) send(request);
    },
  };
}
