/** 802.1X of all ports as seen over time: their published state, and when DHCP is asked again (`spec/nim.md §11.3`). */
import { type Device, openTimer, type Timer } from "../../agent/mod.ts";
import { goPNACStatus, type PNACStatus } from "../../topics/mod.ts";
import { decideReacquire, noReacquire, type Reacquire, type ReacquireEvent } from "./dhcp_reacquire.ts";
import { type PnacState, pnacStatus } from "./pnac_status.ts";

/** As it is published; `Enabled` is the configuration's. */
export type PortAuthentication = Omit<PNACStatus, "Enabled">;

/** What was seen of one interface. */
export interface PortSight {
  readonly state?: PnacState;
  /** Of `parseSupplicantState`. */
  readonly supplicant: number;
  /** Empty if nothing is wrong. */
  readonly error: string;
  /** Its IPv4 subnet, `""` without one. */
  readonly subnet: string;
  /** A DHCP client runs there. */
  readonly isClient: boolean;
}

interface Watched {
  readonly timer: Timer;
  sight: PortSight;
  reacquire: Reacquire;
}

/** See the head of this file. */
export class PortWatch {
  readonly #device: Pick<Device, "clock" | "signal">;
  readonly #deps: { readonly restartDhcp: (ifName: string) => void; readonly maxRetries: () => number };
  readonly #ports = new Map<string, Watched>();
  #published: ReadonlyMap<string, PortAuthentication> = new Map();

  constructor(
    device: Pick<Device, "clock" | "signal">,
    deps: { readonly restartDhcp: (ifName: string) => void; readonly maxRetries: () => number },
  ) {
    this.#device = device;
    this.#deps = deps;
  }

  /** Interface name → state. */
  get published(): ReadonlyMap<string, PortAuthentication> {
    return this.#published;
  }

  /**
   * Takes what all ports with 802.1X show now; the others are forgotten. A port's first sight is no change.
   * @param now Go time text
   * @returns whether something that is published changed
   */
  see(sights: ReadonlyMap<string, PortSight>, now: string): boolean {
    for (const [ifName, port] of this.#ports) {
      if (sights.has(ifName)) continue;
      this.#happen(ifName, port, { kind: "stopped" });
      this.#ports.delete(ifName);
    }
    for (const [ifName, sight] of sights) this.#seen(ifName, sight);
    const before = this.#published;
    this.#published = new Map([...sights].map(([ifName, { state, supplicant, error }]) => {
      const previous = before.get(ifName);
      return [
        ifName,
        pnacStatus({ ...(state && { state }), supplicant, error, ...(previous && { previous }) }, now),
      ];
    }));
    return !isSame(before, this.#published);
  }

  #seen(ifName: string, sight: PortSight): void {
    const known = this.#ports.get(ifName);
    if (known === undefined) {
      const timer = openTimer(this.#device);
      this.#ports.set(ifName, { timer, sight, reacquire: noReacquire });
      return;
    }
    const hasChanged = sight.state !== undefined &&
      (sight.state.isConnected !== known.sight.state?.isConnected ||
        sight.state.since !== known.sight.state.since);
    known.sight = sight;
    const { subnet } = sight;
    if (!sight.isClient) this.#happen(ifName, known, { kind: "stopped" });
    else this.#happen(ifName, known, { kind: hasChanged ? "authentication-changed" : "subnet", subnet });
  }

  #happen(ifName: string, port: Watched, event: ReacquireEvent): void {
    const [next, effects] = decideReacquire(port.reacquire, event, this.#deps.maxRetries());
    port.reacquire = next;
    for (const effect of effects) {
      if (effect.kind === "restart-dhcp") this.#deps.restartDhcp(ifName);
      else if (effect.kind === "disarm") port.timer.cancel();
      else port.timer.set(effect.ms, () => this.#happen(ifName, port, { kind: "timer" }));
    }
  }
}

function isSame(
  a: ReadonlyMap<string, PortAuthentication>,
  b: ReadonlyMap<string, PortAuthentication>,
): boolean {
  return a.size === b.size && [...a].every(([ifName, state]) => {
    const other = b.get(ifName);
    return other !== undefined &&
      goPNACStatus.equal({ Enabled: true, ...state }, { Enabled: true, ...other });
  });
}
