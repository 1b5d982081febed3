/** Attempts under way, so that those whose source address has left its port end at once and not with their time-out. */
import type { DeviceNetworkStatus } from "../device_network_status.ts";
import { hasAddress } from "../port_order.ts";
import { OwnFailure } from "../transport_failure.ts";

interface Flight {
  readonly ifName: string;
  readonly sourceAddr: string;
  readonly ending: AbortController;
}

/** See the head of this file. */
export class InFlight {
  readonly #flights = new Set<Flight>();

  /** Runs an attempt with a signal that also ends when its address goes. */
  async run<T>(
    { ifName, sourceAddr }: { readonly ifName: string; readonly sourceAddr: string },
    parent: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const flight = { ifName, sourceAddr, ending: new AbortController() };
    const onAbort = () => flight.ending.abort(parent.reason);
    if (parent.aborted) onAbort();
    parent.addEventListener("abort", onAbort);
    this.#flights.add(flight);
    try {
      return await work(flight.ending.signal);
    } finally {
      this.#flights.delete(flight);
      parent.removeEventListener("abort", onAbort);
    }
  }

  /** Ends those whose port does not have their address any more. */
  endThoseWithout(network: DeviceNetworkStatus): void {
    for (const { ifName, sourceAddr, ending } of this.#flights) {
      if (hasAddress(network, ifName, sourceAddr)) continue;
      const text = `${ifName} has lost the address ${sourceAddr} while the request was under way`;
      ending.abort(new OwnFailure("no-address", text));
    }
  }
}
