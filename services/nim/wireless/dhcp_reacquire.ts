/**
 * After 802.1X let a port in or out, its network may be another one: DHCP is asked again, slower and slower, until the
 * subnet changes (`spec/nim.md §11.3`). One port. Pure.
 */

/** See {@linkcode noReacquire}. */
export interface Reacquire {
  /** Subnet at the change, and how often DHCP was asked since; absent while nothing is waited for. */
  readonly waiting?: { readonly subnet: string; readonly asked: number };
}

/** Nothing to wait for. */
export const noReacquire: Reacquire = {};

export type ReacquireEvent =
  /** `subnet`: `10.0.0.0/8` that the port is in now, or `""`. */
  | { readonly kind: "authentication-changed"; readonly subnet: string }
  /** `""` while there is none, which is no change. */
  | { readonly kind: "subnet"; readonly subnet: string }
  | { readonly kind: "timer" }
  /** No DHCP client any more, or no 802.1X. */
  | { readonly kind: "stopped" };

export type ReacquireEffect =
  | { readonly kind: "arm"; readonly ms: number }
  | { readonly kind: "disarm" }
  | { readonly kind: "restart-dhcp" };

const firstMs = 2_000;

/** @param maxRetries `pnac.dhcp.reacquire.max.retries`; 0 never asks again */
export function decideReacquire(
  state: Reacquire,
  event: ReacquireEvent,
  maxRetries: number,
): [Reacquire, ReacquireEffect[]] {
  switch (event.kind) {
    case "authentication-changed":
      return maxRetries > 0
        ? [{ waiting: { subnet: event.subnet, asked: 0 } }, [{ kind: "arm", ms: firstMs }]]
        : stop(state);
    case "subnet":
      return event.subnet === "" || state.waiting?.subnet === event.subnet ? [state, []] : stop(state);
    case "stopped":
      return stop(state);
    case "timer":
      return asked(state, maxRetries);
  }
}

function stop(state: Reacquire): [Reacquire, ReacquireEffect[]] {
  return state.waiting === undefined ? [state, []] : [noReacquire, [{ kind: "disarm" }]];
}

/** The waits are 2, 4, 8, … s. */
function asked({ waiting }: Reacquire, maxRetries: number): [Reacquire, ReacquireEffect[]] {
  if (waiting === undefined) return [noReacquire, []];
  const count = waiting.asked + 1;
  if (count >= maxRetries) return [noReacquire, [{ kind: "restart-dhcp" }]];
  return [
    { waiting: { ...waiting, asked: count } },
    [{ kind: "restart-dhcp" }, { kind: "arm", ms: firstMs * 2 ** count }],
  ];
}
