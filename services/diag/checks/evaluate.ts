/** From facts to findings: one root cause is one finding, and what depends on it is "not reached". Pure. */
import type { Facts } from "../facts/facts.ts";
import { passed } from "../facts/port_outcome.ts";
import { testablePorts } from "../facts/network.ts";
import { managementPorts } from "../../topics/mod.ts";
import { oneLine } from "../one_line.ts";
import { catalogue, groups } from "./catalogue.ts";
import type { Check, Seen } from "./check.ts";
import { type Layer, type LayerName, layers } from "./layer.ts";

/** A check that failed, for people and scripts. */
export interface Finding {
  readonly check: Check;
  readonly ifName?: string;
  /** ERROR: the device can't do its work. WARNING: it can, but not as it should. */
  readonly level: "ERROR" | "WARNING";
  readonly seen: string;
}

/** How a layer stands. `not looked at`: the device is connected, or is on a workbench, and nothing was tried. */
export interface LayerState {
  readonly layer: LayerName;
  readonly ifName?: string;
  readonly state: "ok" | "degraded" | "failed" | "not reached" | "not looked at";
}

/** What is wrong, the most inner layer first. */
export interface Diagnosis {
  readonly outcome: "ok" | "degraded" | "broken";
  readonly findings: readonly Finding[];
  readonly layers: readonly LayerState[];
}

/** Layers that only requests can tell of. */
const byRequests: ReadonlySet<LayerName> = new Set([
  "gateway",
  "dns",
  "proxy",
  "tcp",
  "tls",
  "http",
  "envelope",
]);
/** Layers that need the bus. */
const byBus: ReadonlySet<LayerName> = new Set(["bus", "port", "onboarding", "config", "device", "logs"]);

/** See the head of this file. */
export function evaluate(facts: Facts): Diagnosis {
  const seen = groups.flatMap((group) => group.look(facts));
  const ports = facts.bus.network === undefined
    ? []
    : managementPorts(facts.bus.network).filter((port) => port.IsL3Port).map(({ IfName }) => IfName);
  const states: LayerState[] = [];
  const kept: Seen[] = [];
  const stateOf = (name: LayerName, ifName: string | undefined) =>
    states.find((each) => each.layer === name && (each.ifName === undefined || each.ifName === ifName))
      ?.state;
  for (const layer of layers) {
    const scopes: (string | undefined)[] = layer.scope === "port" ? ports : [undefined];
    for (const ifName of scopes) {
      const here = seen.filter((each) => checkOf(each).layer === layer.name && each.ifName === ifName);
      const blocked = layer.dependsOn.some((name) => isEnd(stateOf(name, ifName))) ||
        layer.needsController === true && unreachable(states, ports);
      if (!blocked) kept.push(...here);
      const state = blocked ? "not reached" : stateFrom(facts, layer, ifName, here);
      states.push({ layer: layer.name, ...(ifName === undefined ? {} : { ifName }), state });
    }
  }
  const reached = isReached(facts, states, ports);
  const findings = kept.map((each) => findingOf(each, reached));
  return { outcome: outcomeOf(facts, findings, reached), findings, layers: states };
}

function checkOf({ code }: Seen): Check {
  const check = catalogue.get(code);
  if (check === undefined) throw new Error(`no check has the code ${code}`);
  return check;
}

function stateFrom(
  facts: Facts,
  { name, scope }: Layer,
  ifName: string | undefined,
  here: readonly Seen[],
): LayerState["state"] {
  if (here.some(stops)) return "failed";
  if (here.length > 0) return "degraded";
  if (byRequests.has(name)) return ifName !== undefined && facts.tests?.has(ifName) ? "ok" : "not looked at";
  return facts.live || scope === "device" && !byBus.has(name) ? "ok" : "not looked at";
}

function stops(seen: Seen): boolean {
  return checkOf(seen).weight === "broken" && seen.harmless !== true;
}

function isEnd(state: LayerState["state"] | undefined): boolean {
  return state === "failed" || state === "not reached";
}

/** Over no port a request came through. */
function unreachable(states: readonly LayerState[], ports: readonly string[]): boolean {
  return ports.every((ifName) => states.some((each) => each.ifName === ifName && isEnd(each.state)));
}

/** Seen to be reached, or nim says that it is. */
function isReached(facts: Facts, states: readonly LayerState[], ports: readonly string[]): boolean {
  if (facts.tests !== undefined) return [...facts.tests.values()].some(passed);
  const { network } = facts.bus;
  return network !== undefined && testablePorts(network).length > 0 && !unreachable(states, ports);
}

/** What concerns one port of several is no error while another one works. */
function findingOf(seen: Seen, reached: boolean): Finding {
  const check = checkOf(seen);
  const mild = check.weight === "degraded" || seen.harmless === true || reached && seen.ifName !== undefined;
  const ifName = seen.ifName === undefined ? {} : { ifName: seen.ifName };
  return { check, ...ifName, level: mild ? "WARNING" : "ERROR", seen: oneLine(seen.text) };
}

function outcomeOf(facts: Facts, findings: readonly Finding[], reached: boolean): Diagnosis["outcome"] {
  if (findings.some(({ level }) => level === "ERROR") || facts.live && !reached) return "broken";
  return findings.length > 0 ? "degraded" : "ok";
}
