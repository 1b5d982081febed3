/** Configurations come and go (`spec/nim.md §6.2, 9`). */
import { type DevicePortConfig, usableAddresses } from "../../topics/mod.ts";
import { add, type ListChange, needsVerification, remove } from "../dpc/list.ts";
import { LPS_KEY } from "../dpc/sanitize.ts";
import { noOverrides, overridesOf } from "../lps/overrides.ts";
import { withModemNames } from "../wwan/wwan_status.ts";
import { compressed, publish } from "./publish.ts";
import { currentOf, entriesOf } from "./state.ts";
import { change, emit, note, type Turn } from "./turn.ts";
import { abandon, restart, run, withNames } from "./verification.ts";

/** One arrived or changed. */
export function arrived(turn: Turn, dpc: DevicePortConfig): Turn {
  if (dpc.Key === LPS_KEY) return overridden(turn, dpc);
  const named = withModemNames(dpc, turn.state.wwan, currentOf(turn.state));
  const changed = add(turn.state.list, named);
  if (!needsVerification(changed, isConnected(turn))) return turn;
  const reason = `DevicePortConfig ${dpc.Key} of ${dpc.TimePriority} arrived`;
  if (changed.changed) return follow(turn, changed, reason);
  return turn.state.verification === undefined
    ? restart(turn, { reason: `${reason}, as known` })
    : run(note(turn, `${reason}, as known`));
}

/** One was deleted by who published it. */
export function deleted(turn: Turn, dpc: DevicePortConfig): Turn {
  if (dpc.Key === LPS_KEY) return overridden(turn, undefined);
  const changed = remove(turn.state.list, dpc);
  const what = `DevicePortConfig ${dpc.Key} of ${dpc.TimePriority}`;
  if (changed.changed) return follow(turn, changed, `${what} was deleted`);
  return emit(turn, {
    kind: "log",
    level: "error",
    text: `${what} was deleted: expected it in DevicePortConfigList, it is not there; nothing changes`,
  });
}

/** The overrides are new; none, or none with ports, ends them (EVE keeps them when their key is deleted, W9). */
function overridden(turn: Turn, lps: DevicePortConfig | undefined): Turn {
  const overrides = lps === undefined ? noOverrides : overridesOf(lps);
  const so = change(abandon(turn), { overrides });
  return restart(publish(so), {
    reason: overrides.size === 0 ? "no overrides any more" : "overrides arrived",
    newOverrides: true,
  });
}

/** A change below the one that is being verified leaves it alone, unlike in EVE: its time would begin anew. */
function follow(turn: Turn, { list }: ListChange, reason: string): Turn {
  const { state } = turn;
  const after = list.PortConfigList ?? [];
  const isBelow = state.verification !== undefined && list.CurrentIndex === state.list.CurrentIndex &&
    after[list.CurrentIndex] === currentOf(state) && after[0] === entriesOf(state)[0];
  if (isBelow) return publish(note(change(turn, { list }), reason));
  const so = compressed(change(abandon(turn), { list }));
  return restart(publish(withNames(so)), { reason });
}

function isConnected({ state: { status } }: Turn): boolean {
  return usableAddresses(status).length > 0 &&
    (status.Ports ?? []).some(({ DNSServers }) => (DNSServers ?? []).length > 0);
}
