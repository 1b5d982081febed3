/** What Linux is to be brought to, as a numbered wish (`spec/nim.md §14`). */
import { change, effectiveOf, emit, settingsOf, type Turn } from "./turn.ts";

/**
 * Asks for what holds now; an older wish is no longer waited for. Without a configuration nothing is asked for: what an
 * earlier nim has set up stays until this one knows better.
 */
export function wish(turn: Turn): Turn {
  const effective = effectiveOf(turn);
  if (effective === undefined) return turn;
  const generation = turn.state.applyGeneration + 1;
  const { adapters, network, radioOff, resolverGeneration } = turn.state;
  const so = change(turn, { applyGeneration: generation });
  return emit(so, {
    kind: "apply",
    generation,
    network,
    wanted: {
      ports: effective.dpc.Ports ?? [],
      ...(adapters === undefined ? {} : { adapters }),
      sendVendorClass: settingsOf(turn).sendVendorClass,
      logQueries: settingsOf(turn).logQueries,
      radioOff,
      resolverGeneration,
    },
  });
}
