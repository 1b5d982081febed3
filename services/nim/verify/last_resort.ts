/** The configuration of last resort: when it is added, and that it follows what is there (`spec/nim.md §4, 10`). */
import type { DevicePortConfig } from "../../topics/mod.ts";
import { mostlyEqual } from "../dpc/predicates.ts";
import { arrived } from "./list_changes.ts";
import { change, type Turn } from "./turn.ts";

/** Adds it, or does so as soon as an interface is there for it. */
export function addLastResort(turn: Turn): Turn {
  const dpc = made(turn);
  const so = change(turn, { upkeep: dpc });
  return hasPorts(dpc) ? arrived(so, dpc) : so;
}

/** Interfaces or adapters have changed. One that went away changes nothing. */
export function keepLastResort(turn: Turn): Turn {
  const { upkeep } = turn.state;
  if (upkeep === undefined) return turn;
  const dpc = made(turn);
  const known = new Set((upkeep.Ports ?? []).map(({ IfName }) => IfName));
  const isNews = (dpc.Ports ?? []).some(({ IfName }) => !known.has(IfName)) && !mostlyEqual(dpc, upkeep);
  return isNews ? addLastResort(turn) : turn;
}

function made({ state, rules, now }: Turn): DevicePortConfig {
  return rules.lastResort(state.network, state.adapters, now.time);
}

function hasPorts(dpc: DevicePortConfig): boolean {
  return (dpc.Ports ?? []).length > 0;
}
