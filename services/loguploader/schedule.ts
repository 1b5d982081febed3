/**
 * When files are sent (decisions.md 21, `spec/loguploader.md §4.3, 4.4, 5.2`). A backlog drains without pause; fresh files
 * wait for the tick unless fast upload is on; trouble narrows the stream to one file a tick until something is delivered.
 */
import { backlogFiles, fastInterval, tooManyMemorySec, uploadInterval } from "./upload_interval.ts";
import { drawn, scheduleMs, spread, tenPercent } from "../../controllerconn/mod.ts";
import { heldBand, restRetry, slowestBase, throttledRetry } from "./retry_policies.ts";
import type { Moment, ScheduleEvent, ScheduleState, Step } from "./schedule_state.ts";
import { rejectAllFiles } from "./upload_queue.ts";

/** Files in flight while the controller answers. */
export const fullWindow = 4;
/** Gap between two starts without fast upload: 2 files a second. */
const slowGapMs = 500;
/** How long a 429 limits us to one file a tick. */
const backOffMs = 3_600_000;
const runLength = 3;
/** When the next try comes after an address has, in milliseconds: not at once, since a whole site may have got it. */
const soonAfterAddress = { lowMs: 1_000, highMs: 10_000 };
/** The first tick after fast upload was allowed. */
const soonAfterAllowed = { lowMs: 500, highMs: 1_000 };

type Random = () => number;
type Part = Partial<ScheduleState>;

/** The schedule of a program that starts: `FailedToSend` is presumed, the first tick comes after about 90 s. */
export function initialSchedule(now: Moment, random: Random): ScheduleState {
  return {
    fastUpload: false,
    tick: 0,
    tickAt: now.monotonic + drawn(spread(slowestBase * 1000, tenPercent), random),
    notBefore: 0,
    intervalSec: slowestBase,
    base: slowestBase,
    draining: false,
    troubledUntilTick: 0,
    throttledUntilTick: 0,
    startAt: 0,
    startsInTick: 0,
    attempts: 0,
    window: 1,
    okRun: 0,
    failRun: 0,
    troubleRun: 0,
    rejectAllRun: 0,
    failedToSend: true,
    presumed: true,
    failSince: now,
    tooManyAt: undefined,
    backOffUntil: 0,
    doubledInTick: -1,
  };
}

/** When the next file may start; `Infinity` while only an event can change that. */
export function nextStartAt(state: ScheduleState, now: Moment): number {
  if (!state.draining) return Infinity;
  if (state.tick < Math.max(state.troubledUntilTick, state.throttledUntilTick)) return Infinity;
  if (backingOff(state, now) && state.startsInTick > 0) return Infinity;
  return state.startAt;
}

/**
 * Ticks that something refused `times` times in a row stays aside: 1, 2, 4 …, up to about 300 s.
 * @param intervalSec seconds between ticks
 */
export function slowDownTicks(times: number, intervalSec: number): number {
  const restMs = scheduleMs(restRetry(intervalSec).schedule, times);
  return Math.max(1, Math.floor(restMs / (1000 * Math.max(1, intervalSec))));
}

/** @param random uniform in [0, 1) */
export function step(state: ScheduleState, event: ScheduleEvent, now: Moment, random: Random): Step {
  switch (event.kind) {
    case "tick":
      return published({ ...state, ...ticked(state, event.left, now, random) }, state.attempts > 0);
    case "started":
      return quiet({
        ...state,
        startsInTick: state.startsInTick + 1,
        attempts: state.attempts + 1,
        startAt: now.monotonic + gapMs(state, now),
      });
    case "result":
      return resulted(state, event, now, random);
    case "idle":
      return published({ ...state, draining: false }, state.attempts > 0 && event.inFlight === 0);
    case "files":
      if (!state.fastUpload && event.ready < backlogFiles || event.ready === 0) return quiet(state);
      return quiet({ ...state, draining: true });
    case "fastUpload":
      if (event.on === state.fastUpload) return quiet(state);
      return quiet({ ...state, ...fastUploadChanged(state, event, now, random) });
    case "addressGained": {
      if (state.troubleRun === 0) return quiet(state);
      const soon = now.monotonic + drawn(soonAfterAddress, random);
      return quiet({ ...state, tickAt: Math.max(state.notBefore, Math.min(state.tickAt, soon)) });
    }
  }
}

function resulted(
  state: ScheduleState,
  event: Extract<ScheduleEvent, { kind: "result" }>,
  now: Moment,
  random: Random,
): Step {
  switch (event.outcome) {
    case "delivered": {
      const clears = state.failedToSend && (state.presumed || state.okRun + 1 >= runLength);
      const next: ScheduleState = {
        ...state,
        okRun: state.okRun + 1,
        failRun: 0,
        troubleRun: 0,
        rejectAllRun: 0,
        troubledUntilTick: 0,
        window: fullWindow,
        failedToSend: state.failedToSend && !clears,
        presumed: state.presumed && !clears,
      };
      const recovered = state.troubleRun > 0 ? { ...next, ...resumed(next, event.left, now, random) } : next;
      return published(recovered, clears);
    }
    case "unavailable": {
      const sets = state.failRun + 1 >= runLength && !state.failedToSend;
      const next = troubled({ ...state, failRun: state.failRun + 1, okRun: 0 });
      return published({
        ...next,
        ...(event.retryAfterMs > 0 ? heldBack(next, event.retryAfterMs, now, random) : {}),
        ...(sets ? { failedToSend: true, failSince: now } : {}),
        presumed: state.presumed && state.failRun + 1 < runLength,
      }, sets);
    }
    case "forbidden":
      return quiet(troubled(state));
    case "throttled":
      return quiet({ ...state, ...throttled(state, event.retryAfterMs, now, random) });
    case "rejected": {
      if (event.suspects < rejectAllFiles) return quiet(state);
      const rejectAllRun = state.rejectAllRun + 1;
      const troubledUntilTick = state.tick + slowDownTicks(rejectAllRun, state.intervalSec);
      return quiet({ ...state, window: 1, rejectAllRun, troubledUntilTick });
    }
    case "aborted":
      return quiet(state);
  }
}

function ticked(state: ScheduleState, left: number, now: Moment, random: Random): Part {
  const interval = backingOff(state, now) ? state : nextInterval(state, left, now, random);
  const waitMs = 1000 * interval.intervalSec;
  return {
    ...interval,
    tick: state.tick + 1,
    tickAt: now.monotonic + (state.fastUpload ? drawn(spread(waitMs, tenPercent), random) : waitMs),
    startsInTick: 0,
    draining: true,
  };
}

function fastUploadChanged(
  state: ScheduleState,
  event: { readonly on: boolean; readonly left: number },
  now: Moment,
  random: Random,
): Part {
  const changed = { ...state, fastUpload: event.on, base: event.on ? fastInterval : slowestBase };
  const interval = nextInterval(changed, event.left, now, random);
  const wait = event.on ? drawn(soonAfterAllowed, random) : 1000 * interval.intervalSec;
  return {
    ...interval,
    fastUpload: event.on,
    tickAt: Math.max(state.notBefore, now.monotonic + wait),
    draining: event.on || event.left >= backlogFiles,
  };
}

/** After an outage: the interval of the outage ends, and the drain goes on at once (W11). */
function resumed(state: ScheduleState, left: number, now: Moment, random: Random): Part {
  if (backingOff(state, now)) return {};
  const interval = nextInterval({ ...state, failedToSend: false }, left, now, random);
  const tickAt = Math.max(
    state.notBefore,
    Math.min(state.tickAt, now.monotonic + 1000 * interval.intervalSec),
  );
  return { ...interval, tickAt, draining: true };
}

function troubled(state: ScheduleState): ScheduleState {
  const troubleRun = state.troubleRun + 1;
  const paused = troubleRun >= runLength ? { troubledUntilTick: state.tick + 1 } : {};
  return { ...state, ...paused, troubleRun, window: 1 };
}

function throttled(state: ScheduleState, retryAfterMs: number, now: Moment, random: Random): Part {
  const again = state.doubledInTick === state.tick;
  const { floorMs, schedule } = throttledRetry(state.intervalSec);
  const intervalSec = again ? state.intervalSec : Math.max(floorMs, scheduleMs(schedule, 1)) / 1000;
  return {
    ...heldBack({ ...state, tickAt: 0 }, Math.max(retryAfterMs, 1000 * intervalSec), now, random),
    notBefore: Math.max(state.notBefore, retryAfterMs > 0 ? now.monotonic + retryAfterMs : 0),
    intervalSec,
    doubledInTick: state.tick,
    window: 1,
    tooManyAt: now,
    backOffUntil: now.monotonic + backOffMs,
  };
}

/** Nothing starts for `waitMs`, plus up to a tenth of it so that a fleet does not come back at once. */
function heldBack(state: ScheduleState, waitMs: number, now: Moment, random: Random): Part {
  const until = now.monotonic + waitMs;
  return {
    notBefore: Math.max(state.notBefore, until),
    tickAt: Math.max(state.notBefore, state.tickAt, now.monotonic + drawn(spread(waitMs, heldBand), random)),
    throttledUntilTick: state.tick + 1,
  };
}

function nextInterval(state: ScheduleState, left: number, now: Moment, random: Random) {
  const seconds = (since: Moment) => Math.floor((now.monotonic - since.monotonic) / 1000);
  const { base, seconds: intervalSec } = uploadInterval({
    fastUpload: state.fastUpload,
    failingForSec: state.failedToSend && !state.presumed ? seconds(state.failSince) : undefined,
    left,
    previousBase: state.base,
    sinceTooManySec: state.tooManyAt === undefined ? undefined : seconds(state.tooManyAt),
  }, random);
  return { base, intervalSec };
}

function backingOff(state: ScheduleState, now: Moment): boolean {
  return now.monotonic < state.backOffUntil;
}

function gapMs(state: ScheduleState, now: Moment): number {
  const gap = state.fastUpload ? 0 : slowGapMs;
  const recent = state.tooManyAt !== undefined &&
    now.monotonic - state.tooManyAt.monotonic < tooManyMemorySec * 1000;
  return recent ? Math.max(slowGapMs, 2 * gap) : gap;
}

function published(state: ScheduleState, yes: boolean): Step {
  return yes ? { state: { ...state, attempts: 0 }, effects: ["publishNewlogMetrics"] } : quiet(state);
}

function quiet(state: ScheduleState): Step {
  return { state, effects: [] };
}
