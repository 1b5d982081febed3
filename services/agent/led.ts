/** What the LED shows (`spec/client.md §7.3`, `spec/zedagent.md §18`). */
import type { Bus, Publication } from "../pubsub/mod.ts";
import { type LedBlinkCounter, topics } from "../topics/mod.ts";
import type { Device } from "./device.ts";
import { errorText } from "./error.ts";

const publications = new WeakMap<Bus, Publication<LedBlinkCounter>>();

/**
 * Writes `/run/global/LedBlinkCounter/ledconfig.json` unless it holds this value; of several programs the
 * last writer wins (decisions.md 8). A failure is logged.
 * @param blinkCounter one of `LedBlink`
 */
export function setLed(device: Device, blinkCounter: number): void {
  try {
    let publication = publications.get(device.bus);
    if (publication === undefined) {
      publication = device.bus.publication(topics.global.LedBlinkCounter);
      publications.set(device.bus, publication);
    }
    publication.publish("ledconfig", { BlinkCounter: blinkCounter });
  } catch (error) {
    device.log.error(`LED can't be set to ${blinkCounter}: ${errorText(error)}; it shows its old state`);
  }
}
