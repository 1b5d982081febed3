/** Publishes the counters of a queue, but not each of their changes. */
import type { DeferredQueue, DeferredSnapshot } from "../../../controllerconn/mod.ts";
import { type Device, errorText, jitter, openTimer } from "../../agent/mod.ts";
import { type DeferredQueueMetrics, topics } from "../../topics/mod.ts";

/** At least this long between two publications, in milliseconds. */
const paceMs = 5_000;
/** The age of the oldest item is brought up to date this often, while there is one. */
const agingMs = 60_000;

/** See {@linkcode publishQueueMetrics}. */
export interface QueueMetrics {
  changed(): void;
}

/**
 * Publishes `zedagent/DeferredQueueMetrics` now, and after changes.
 * @param name key
 * @throws {PubsubError} `owned`, `io`: the topic can't be opened
 */
export function publishQueueMetrics(
  device: Device,
  name: string,
  queue: Pick<DeferredQueue, "counters">,
): QueueMetrics {
  const publication = device.bus.publication(topics.zedagent.DeferredQueueMetrics);
  const timer = openTimer(device);
  let published = Number.NEGATIVE_INFINITY;
  let isPending = false;

  const publish = () => {
    isPending = false;
    published = device.clock.monotonic();
    const snapshot = queue.counters();
    try {
      publication.publish(name, queueMetrics(snapshot));
    } catch (error) {
      device.log.error(`DeferredQueueMetrics: ${errorText(error)}; trying again with the next change`);
    }
    if (snapshot.items === 0) timer.cancel();
    else timer.set(jitter(device.random, agingMs), publish);
  };

  publish();
  return {
    changed() {
      if (isPending || device.signal.aborted) return;
      isPending = true;
      timer.set(Math.max(0, published + paceMs - device.clock.monotonic()), publish);
    },
  };
}

/** The published form. Pure. */
function queueMetrics(snapshot: DeferredSnapshot): DeferredQueueMetrics {
  return {
    Items: snapshot.items,
    Bytes: snapshot.bytes,
    OldestAgeMs: Math.round(snapshot.oldestAgeMs),
    Sends: snapshot.sends,
    Delivered: snapshot.delivered,
    DeliveredBytes: snapshot.deliveredBytes,
    Refusals: snapshot.refusals,
    Failures: snapshot.failures,
    Drops: snapshot.drops,
  };
}
