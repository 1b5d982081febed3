/** The bus read once, waited for at most 3 s (decisions.md 20). */
import { childAbort, type Device, signalOnce } from "../../agent/mod.ts";
import { followBus } from "./follow_bus.ts";
import type { BusView } from "./view.ts";

/** Longest wait for topics that are not there, in milliseconds. */
export const longestWaitMs = 3_000;

/** Resolves as soon as every topic that our programs publish has a value, and after 3 s with what there is. */
export async function readBus(device: Device): Promise<BusView> {
  const changed = signalOnce();
  const bus = followBus(device.bus, changed.fire);
  const enough = childAbort(device.signal);
  const timer = device.clock.sleep(longestWaitMs, enough.signal).then(enough.abort);
  while (!isComplete(bus.view())) {
    if (!await changed.wait(enough.signal)) break;
  }
  enough.abort();
  await timer;
  if (!device.signal.aborted) bus.rescan();
  const view = bus.view();
  bus.close();
  return view;
}

/** EVE's other agents may never publish. */
function isComplete({ items, led, network, portConfigs, onboarding, zedagent, logs }: BusView): boolean {
  return [items, led, network, portConfigs, onboarding, zedagent, logs].every((value) => value !== undefined);
}
