/**
 * What the decider did with one event, as lines of JSON (`docs/nim_once.md`). Pure. Secrets stay out: configurations, wishes and
 * statuses are told by the names of their ports.
 */
import type { PortOutcome } from "../parts.ts";
import type { Decision } from "../verify/decide.ts";
import type { DecisionNote, VerifyEffect, VerifyEvent } from "../verify/events.ts";
import { selectedOf } from "../verify/state.ts";

/** Words and numbers of an event or of an effect. */
export type Told = Readonly<Record<string, unknown>>;

/** One line. */
export interface TraceLine {
  /** Go time text. */
  readonly time: string;
  /** Kind of the event that led to it. */
  readonly event: string;
  /** What the event said. */
  readonly about: Told;
  /** Of the configuration in use after this decision; -1 and `""` while nothing is selected. */
  readonly index: number;
  readonly key: string;
  /** EVE's name, `""` before the first test. */
  readonly state: string;
  /** `""` where nothing about the configurations was decided, and only effects follow. */
  readonly reason: string;
  /** In the order in which they are carried out; `kind` names each. */
  readonly effects: readonly Told[];
}

/**
 * One for each decision, with the effects that follow it; one without reason for an event that only had effects; none for an
 * event that led to nothing.
 * @param time Go time text of the event
 */
export function traceLines(event: VerifyEvent, decided: Decision, time: string): readonly TraceLine[] {
  const { state, effects } = decided;
  if (effects.length === 0) return [];
  const about = { time, event: event.kind, about: aboutEvent(event) };
  const groups = groupsOf(effects);
  if (groups.length === 0) {
    return [{ ...about, ...selectedOf(state), reason: "", effects: effects.map(aboutEffect) }];
  }
  return groups.map(({ decision: { index, key, state: name, reason }, effects }) => ({
    ...about,
    index,
    key,
    state: name,
    reason,
    effects: effects.map(aboutEffect),
  }));
}

interface Group {
  readonly decision: DecisionNote;
  readonly effects: readonly VerifyEffect[];
}

/** What comes before the first decision goes with it. */
function groupsOf(effects: readonly VerifyEffect[]): readonly Group[] {
  const places = effects.flatMap((effect, place) => effect.kind === "decision" ? [{ effect, place }] : []);
  return places.map(({ effect, place }, nth) => ({
    decision: effect,
    effects: [
      ...(nth === 0 ? effects.slice(0, place) : []),
      ...effects.slice(place + 1, places[nth + 1]?.place),
    ],
  }));
}

function aboutEvent(event: VerifyEvent): Told {
  switch (event.kind) {
    case "started":
    case "resume":
    case "adapters":
    case "wwan":
      return {};
    case "settings":
      return { ...event.settings };
    case "dpc":
    case "dpc-deleted":
      return { key: event.dpc.Key, timePriority: event.dpc.TimePriority, ports: namesOf(event.dpc.Ports) };
    case "network":
      return {
        links: event.network.links.map(({ name, up, addresses }) => ({
          name,
          up,
          addresses: addresses.map(({ address, prefix }) => `${address}/${prefix}`),
        })),
      };
    case "radio":
      return { imposed: event.silence.Imposed, changing: event.silence.ChangeInProgress };
    case "timer":
      return { timer: event.timer };
    case "applied":
      return { inProgress: event.applied.inProgress, failing: event.applied.failing };
    case "tested":
      return {
        outcome: event.outcome.kind,
        text: event.outcome.text,
        ports: portsOf(event.outcome.ports),
        ...(event.outcome.retryAfterMs === undefined ? {} : { retryAfterMs: event.outcome.retryAfterMs }),
      };
    case "proxies":
      return { ports: [...event.found.keys()] };
    case "reconcile":
      return { why: event.reason };
  }
}

function aboutEffect(effect: VerifyEffect): Told {
  const { kind } = effect;
  switch (effect.kind) {
    case "publish-list":
      return {
        kind,
        index: effect.list.CurrentIndex,
        keys: effect.list.PortConfigList?.map(({ Key }) => Key),
      };
    case "publish-status":
      return { kind, testing: effect.status.Testing, ports: namesOf(effect.status.Ports) };
    case "publish-tested":
      return { kind, key: effect.dpc.Key };
    case "apply":
      return { kind, generation: effect.generation, ports: namesOf(effect.wanted.ports) };
    case "test":
      return { kind, generation: effect.generation, ports: namesOf(effect.status.Ports) };
    case "cancel-background":
    case "stop-test":
      return { kind };
    case "dump":
    case "arm":
    case "disarm":
    case "log":
    case "decision":
      return { ...effect };
  }
}

function namesOf(ports: readonly { readonly IfName: string }[] | null): readonly string[] {
  return (ports ?? []).map(({ IfName }) => IfName);
}

/** Interface name → `""`, or its warning or error. */
function portsOf(ports: ReadonlyMap<string, PortOutcome>): Told {
  return Object.fromEntries(
    [...ports].map(([name, said]) => [name, said.kind === "failure" ? said.error : said.warning]),
  );
}
