/** Counts what a program sends by purpose, and publishes that for people. */
import { newPurposeCounters, type PurposeCounters, type TrafficByPurpose } from "../../controllerconn/mod.ts";
import type { Publication, Topic } from "../pubsub/mod.ts";
import type { Device } from "./device.ts";
import { errorText } from "./error.ts";
import { between } from "./random.ts";
import { openTimer } from "./timers.ts";

/** From the first count to its publication, in milliseconds: what a program sends at its start comes together. */
const firstMs = { low: 800, high: 1_200 };
/** Between two publications; never less than a minute. */
const paceMs = { low: 60_000, high: 72_000 };

/** See {@linkcode openTraffic}. */
export interface Traffic {
  /** For `openControllerClient`. */
  readonly purposes: PurposeCounters;
  /** Before the end of a program that ends by itself, so that its last requests are told too. */
  publishNow(): void;
}

/**
 * Publishes the counters under key `global`, at most once a minute and only after they have changed; below `/run`. That
 * nobody can read them is logged once and stops nothing.
 */
export function openTraffic(device: Device, topic: Topic<TrafficByPurpose>): Traffic {
  const timer = openTimer(device);
  let publication: Publication<TrafficByPurpose> | undefined;
  let isPending = false;
  let notBefore = 0;
  let told = "";

  const publish = () => {
    isPending = false;
    notBefore = device.clock.monotonic() + between(device.random, paceMs.low, paceMs.high);
    try {
      publication ??= device.bus.publication(topic);
      publication.publish("global", purposes.snapshot());
      told = "";
    } catch (error) {
      const text = errorText(error);
      if (text !== told) device.log.error(`${topic.name}: ${text}; trying again after the next request`);
      told = text;
    }
  };
  const purposes = newPurposeCounters(() => {
    if (isPending || device.signal.aborted) return;
    isPending = true;
    const wait = notBefore - device.clock.monotonic();
    timer.set(Math.max(wait, between(device.random, firstMs.low, firstMs.high)), publish);
  });
  return {
    purposes,
    publishNow() {
      if (!isPending || device.signal.aborted) return;
      timer.cancel();
      publish();
    },
  };
}
