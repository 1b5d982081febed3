/** Links, addresses, adapters, modems and radios change (`spec/nim.md §7.6, 11`). */
import {
  type AssignableAdapters,
  DPCState,
  goAssignableAdapters,
  goDeviceNetworkStatus,
  goRadioSilence,
  goWwanStatus,
  hasError,
  type RadioSilence,
  type WwanStatus,
} from "../../topics/mod.ts";
import type { Network } from "../parts.ts";
import { isAcceptable } from "../wwan/wwan_status.ts";
import { wish } from "./apply.ts";
import { followLastResort } from "./last_resort.ts";
import type { FoundProxy } from "./events.ts";
import { networkChange } from "./network_change.ts";
import { testAfterImprovement } from "./periodic.ts";
import { publish } from "./publish.ts";
import { currentOf, entriesOf, isSuccess, isWaiting, noNetwork } from "./state.ts";
import { change, effectiveOf, emit, note, type Turn } from "./turn.ts";
import { managementPorts } from "./verdict.ts";
import { restart, run, withNames } from "./verification.ts";

const waitsForNetwork: readonly number[] = [
  DPCState.DPC_IPDNS_WAIT,
  DPCState.DPC_PCI_WAIT,
  DPCState.DPC_INTF_WAIT,
  DPCState.DPC_ASYNC_WAIT,
  DPCState.DPC_WWAN_WAIT,
];

/** Linux says something new. The status follows in any case (W1, W5). */
export function networkChanged(turn: Turn, network: Network): Turn {
  const { state } = turn;
  const effective = effectiveOf(turn);
  const crucial = new Set(
    [effective?.dpc, entriesOf(state)[0]].flatMap((dpc) => (dpc?.Ports ?? []).map(({ IfName }) => IfName)),
  );
  const management = effective === undefined ? [] : managementPorts(effective.dpc);
  const seen = (each: Network) =>
    turn.rules.isObserving ? each : { ...each, hostResolv: noNetwork.hostResolv };
  const news = networkChange(seen(state.network), seen(network), crucial, management);
  const so = followLastResort(change(turn, { network }), "links");
  if (so.state.verification !== undefined) {
    return publish(news.links || news.addresses ? lookAgain(so) : followed(so, news.anything));
  }
  const current = currentOf(so.state);
  const hasFailed = current !== undefined && !isSuccess(current);
  if (news.improved && hasFailed) {
    return restart(so, { reason: "its network got better", improved: true });
  }
  const isSettling = so.state.adapters !== undefined && !so.state.adapters.Initialized;
  if (news.links && !isSettling) return publish(restarted(so, "a link changed", news.anything));
  if (news.cutOff) return publish(restarted(so, "its last address has gone", news.anything));
  if (news.addresses && current?.State === DPCState.DPC_FAIL) {
    return publish(restarted(so, "addresses changed", news.anything));
  }
  const followedOn = publish(followed(so, news.anything));
  return news.improved && isImperfect(followedOn) ? testAfterImprovement(followedOn) : followedOn;
}

/** domainmgr gave adapters away, or took them back. */
export function adaptersChanged(turn: Turn, adapters: AssignableAdapters): Turn {
  const { adapters: before } = turn.state;
  if (before !== undefined && goAssignableAdapters.equal(before, adapters)) return turn;
  const so = followLastResort(change(turn, { adapters }), "adapters");
  const state = currentOf(so.state)?.State;
  const waits = state === DPCState.DPC_PCI_WAIT || state === DPCState.DPC_INTF_WAIT;
  return publish(waits && so.state.verification !== undefined ? run(so) : followed(so, true));
}

/** The modem service says something; only what answers the current configuration, and no older wish, counts. */
export function modemsChanged(turn: Turn, wwan: WwanStatus): Turn {
  const current = currentOf(turn.state);
  const { wwan: before, silence } = turn.state;
  if (!isAcceptable(wwan, current, silence.ChangeRequestedAt)) return turn;
  if (before !== undefined && goWwanStatus.equal(before, wwan)) return turn;
  const so = publish(withNames(change(turn, { wwan })));
  if (so.state.verification === undefined) return restart(so, { reason: "the modems say something new" });
  return current?.State === DPCState.DPC_WWAN_WAIT || !isWaiting(so.state) ? run(so) : so;
}

/** Radios are to be silent, or may speak again; then the ports behind them can be tried. */
export function radioChanged(turn: Turn, silence: RadioSilence, radioOff: boolean): Turn {
  const before = turn.state;
  if (before.radioOff === radioOff && goRadioSilence.equal(before.silence, silence)) return turn;
  const so = change(turn, { silence, radioOff });
  const next = publish(before.radioOff === radioOff ? so : followed(so, true));
  const isHeard = !silence.Imposed && !silence.ChangeInProgress;
  return before.silence.Imposed && isHeard ? restart(next, { reason: "radios may be used again" }) : next;
}

/** They stand in the status from now on; a configuration that does not work may do so with them. */
export function proxiesFound(turn: Turn, found: ReadonlyMap<string, FoundProxy>): Turn {
  const { status, work } = turn.state;
  const Ports = status.Ports?.map((port) => ({ ...port, ...found.get(port.IfName) })) ?? null;
  const next = { ...status, Ports };
  if (goDeviceNetworkStatus.equal(next, status)) return turn;
  const so = emit(change(turn, { status: next }), { kind: "publish-status", status: next });
  if (work.kind !== "none") return so;
  if (so.state.verification !== undefined) return run(so);
  return isImperfect(so) || !isSuccess(currentOf(so.state)) ? testAfterImprovement(so) : so;
}

/** Something in the background has ended. */
export function resumed(turn: Turn): Turn {
  const isAsync = currentOf(turn.state)?.State === DPCState.DPC_ASYNC_WAIT;
  return isAsync && isWaiting(turn.state) ? run(turn) : followed(turn, true);
}

/** Has Linux follow, unless that is on its way. */
export function followed(turn: Turn, needed: boolean): Turn {
  const { work } = turn.state;
  if (!needed || turn.rules.isObserving) return turn;
  return work.kind === "applying" ? run(turn) : wish(turn);
}

function lookAgain(turn: Turn): Turn {
  const state = currentOf(turn.state)?.State ?? DPCState.DPC_NONE;
  return isWaiting(turn.state) && !waitsForNetwork.includes(state) ? turn : run(turn);
}

function restarted(turn: Turn, reason: string, anything: boolean): Turn {
  const so = restart(turn, { reason });
  return so.state.verification === undefined ? followed(so, anything) : so;
}

function isImperfect(turn: Turn): boolean {
  if (!turn.state.controllerWorks) return true;
  if (currentOf(turn.state)?.State === DPCState.DPC_REMOTE_WAIT) return true;
  return (effectiveOf(turn)?.dpc.Ports ?? []).some((port) => port.IsMgmt && hasError(port));
}

/** For what only the applier looks at. */
export function reconciled(turn: Turn, reason: string): Turn {
  return publish(followed(note(turn, reason), true));
}
