/** The configuration of last resort enters the list, and follows what is there (`spec/nim.md §4, 10`). */
import { keepLastResort, type LastResortEvent } from "../last_resort/last_resort.ts";
import { arrived } from "./list_changes.ts";
import { change, type Turn } from "./turn.ts";

/** Adds it when it is wanted or has something new. */
export function followLastResort(turn: Turn, kind: LastResortEvent["kind"]): Turn {
  const { lastResort, network, adapters } = turn.state;
  const { state, add } = keepLastResort(
    lastResort,
    { kind },
    {
      links: network.links,
      ...(adapters === undefined ? {} : { adapters }),
      acceptsDefaultRoutes: turn.rules.isObserving,
    },
    turn.now.time,
  );
  const so = change(turn, { lastResort: state });
  return add === undefined ? so : arrived(so, add);
}
