/** Start, settings, and the two timers that concern the whole list (`spec/nim.md §4, 7.6`). */
import { hasError } from "../../topics/mod.ts";
import { followLastResort } from "./last_resort.ts";
import { compressed, publish } from "./publish.ts";
import type { Settings } from "./rules.ts";
import { currentOf, entriesOf, heldMs } from "./state.ts";
import { followed } from "./observe_events.ts";
import { arm, change, disarm, note, type Turn } from "./turn.ts";
import { rest, restart } from "./verification.ts";

/** The restored list goes out, and the time for a first configuration runs. */
export function started(turn: Turn): Turn {
  return publish(arm(turn, "available", turn.rules.limits.availabilityMs));
}

/** The first settings start everything; later ones change timers and the last resort. */
export function settingsChanged(turn: Turn, settings: Settings): Turn {
  const { settings: before } = turn.state;
  const so = change(turn, { settings });
  if (before === undefined) return first(so, settings);
  const isOn = settings.fallback && !before.fallback;
  const next = retimed(isOn ? followLastResort(so, "wanted") : publish(compressed(so)), before, settings);
  return settings.sendVendorClass === before.sendVendorClass ? next : followed(next, true);
}

/** The time is over: whatever the settings say, a list without an entry gets one (`spec/nim.md §4`). */
export function availabilityOver(turn: Turn): Turn {
  const so = turn.state.settings === undefined
    ? settingsChanged(
      note(turn, "nobody has published settings; the defaults hold", "warn"),
      turn.rules.defaults,
    )
    : turn;
  return entriesOf(so.state).length === 0 && !so.state.lastResort.isKept
    ? followLastResort(note(so, "no configuration has come"), "wanted")
    : so;
}

/** Time for something better, unless the best is in use and has no fault. */
export function tryBetter(turn: Turn): Turn {
  const { list, status } = turn.state;
  if (list.CurrentIndex === 0 && !(status.Ports ?? []).some(hasError)) return turn;
  const held = heldMs(turn.state, turn.now.ms);
  if (held > 0) return arm(turn, "better", held);
  return restart(turn, { reason: "time to try a better one", forBetter: true });
}

function first(turn: Turn, settings: Settings): Turn {
  const timed = rest(turn);
  const isEmpty = entriesOf(timed.state).length === 0;
  const so = settings.fallback || (isEmpty && !timed.state.expectsBootstrap)
    ? followLastResort(timed, "wanted")
    : timed;
  return currentOf(so.state) === undefined && entriesOf(so.state).length > 0
    ? restart(so, { reason: "start" })
    : publish(so);
}

function retimed(turn: Turn, before: Settings, now: Settings): Turn {
  const has = (timer: "test" | "better") => turn.state.timers.has(timer);
  const test = now.testIntervalMs !== before.testIntervalMs && has("test")
    ? arm(turn, "test", now.testIntervalMs)
    : turn;
  if (now.testBetterIntervalMs === before.testBetterIntervalMs) return test;
  if (now.testBetterIntervalMs === 0) return disarm(test, "better");
  const wantsBetter = test.state.list.CurrentIndex > 0 && test.state.verification === undefined;
  return wantsBetter ? arm(test, "better", now.testBetterIntervalMs) : test;
}
