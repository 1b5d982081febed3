/** The event queue: info messages and the device's certificates, kept until the controller has them (`spec/zedagent.md §14.1`). */
import {
  type Client,
  createDeferredQueue,
  type DeferredQueue,
  type DeferredRequest,
  SenderStatus,
  type SendResult,
} from "../../../controllerconn/mod.ts";
import { type Device, keepTouched, type NetDumper, registerWatchdog } from "../../agent/mod.ts";
import { type ConfigItemValueMap, TriState, triStateItem } from "../../topics/mod.ts";
import { publishQueueMetrics } from "./queue_metrics.ts";

/** Name of the queue for the watchdog and on the bus. */
export const eventQueueName = "zedagentDeferredEvent";

/** What the queue holds, most urgent first. */
export const eventItemTypes = {
  edgeNodeCerts: "EdgeNode certs",
  appInfo: "app info",
  hardwareInfo: "hardware info",
  deviceInfo: "device info",
  networkInstanceInfo: "network instance info",
  volumeInfo: "volume info",
  contentTreeInfo: "content tree info",
  blobInfo: "blob info",
  appMetadataInfo: "app metadata info",
  edgeviewInfo: "edgeview info",
  patchEnvelopeInfo: "patch envelope info",
  kubeUpdateInfo: "kube update info",
  locationInfo: "location info",
  ntpSources: "NTP sources",
} as const;

/** One of {@linkcode eventItemTypes}. */
export type EventItemType = (typeof eventItemTypes)[keyof typeof eventItemTypes];

/** Hears of the items of one type: 0 delivered, 13 still queued, anything else: the send failed. */
export type EventHandler = (
  item: DeferredRequest,
  status: SenderStatus,
  result: SendResult | undefined,
) => void;

/** See {@linkcode openEventQueue}. */
export interface EventQueue
  extends Pick<DeferredQueue, "removeDeferred" | "kickTimerWithinMinute" | "queued" | "counters"> {
  setDeferred(request: DeferredRequest & { readonly itemType: EventItemType }): void;
  /** One handler for each type, instead of the check for status 10; the later one wins. */
  handle(itemType: EventItemType, handler: EventHandler): void;
}

/**
 * Starts it empty; it ends with the device. Its counters are published as `zedagent/DeferredQueueMetrics`.
 * @param onNotFound status 10 for an info message: the device may have another UUID (`spec/controllerconn.md §14.6`)
 * @param dumper traces the sends of device info
 * @throws {PubsubError} `owned`, `io`: the topic can't be opened
 */
export function openEventQueue(
  device: Device,
  client: Client,
  onNotFound: () => void,
  dumper?: NetDumper,
): EventQueue {
  const handlers = new Map<string, EventHandler>();
  const { edgeNodeCerts, appInfo, hardwareInfo, deviceInfo } = eventItemTypes;
  const queue = createDeferredQueue({
    client,
    now: () => device.clock.monotonic(),
    sleep: (ms, signal) => device.clock.sleep(ms, signal),
    random: () => device.random.next(),
    signal: device.signal,
    settings: { priorities: [edgeNodeCerts, appInfo, hardwareInfo] },
    log: (level, text) => device.log[level](text),
    handler(item, status, result) {
      const handler = handlers.get(item.itemType);
      if (handler !== undefined) handler(item, status, result);
      else if (status === SenderStatus.SenderStatusNotFound) onNotFound();
    },
    trace: ({ itemType }) => itemType === deviceInfo ? dumper?.begin() : undefined,
    changed: () => metrics.changed(),
  });
  const metrics = publishQueueMetrics(device, eventQueueName, queue);
  registerWatchdog(device, eventQueueName);
  keepTouched(device, eventQueueName);
  return { ...queue, handle: (itemType, handler) => void handlers.set(itemType, handler) };
}

/** Airgap mode: what is not delivered is no news there. */
export function isAirgapped({ items }: { items(): ConfigItemValueMap }): boolean {
  return triStateItem(items(), "airgap.mode") === TriState.TS_ENABLED;
}
