/**
 * Signals of a local server: one JSON object a line, each naming endpoints that have something new (`spec/zedagent.md §17`,
 * `/api/v1/signal`). The limits keep a server that has gone mad from driving the device. Pure.
 */
import type { LpsEndpointName } from "./lps_endpoint.ts";

/** The longest line; what is longer ends the stream. */
export const longestLine = 65_536;
const mostEndpoints = 32;
const burst = 3;
const refillMs = 3000;

/** `ConfigEndpoint` by number and by name. */
const endpoints: readonly (readonly [name: string, endpoint: LpsEndpointName | undefined])[] = [
  ["CONFIG_ENDPOINT_UNSPECIFIED", undefined],
  ["CONFIG_ENDPOINT_LOCAL_PROFILE", "profile"],
  ["CONFIG_ENDPOINT_RADIO", "radio"],
  ["CONFIG_ENDPOINT_APP_INFO", "appinfo"],
  ["CONFIG_ENDPOINT_APP_BOOT_INFO", "appbootinfo"],
  ["CONFIG_ENDPOINT_DEV_INFO", "devinfo"],
  ["CONFIG_ENDPOINT_NETWORK", "network"],
];

/** How many signals may still come at once. */
export interface SignalState {
  readonly tokens: number;
  /** When `tokens` was right, in milliseconds. */
  readonly at: number;
  /** Lines in a row that were not obeyed. */
  readonly dropped: number;
}

/** @param now monotonic milliseconds */
export function initialSignals(now: number): SignalState {
  return { tokens: burst, at: now, dropped: 0 };
}

/** What a line comes to. `report`: why it is not obeyed, for the first in a row; how many were not, at the next that is. */
export interface SignalStep {
  readonly state: SignalState;
  readonly triggers: ReadonlySet<LpsEndpointName>;
  readonly report?: string;
}

const shown = 256;

/** Takes one line without its end. Names that are not known are ignored, as in protobuf's JSON. */
export function signalLine(state: SignalState, line: string, now: number): SignalStep {
  if (line.trim() === "") return { state, triggers: new Set() };
  const changes = pendingChanges(line);
  if (changes === undefined) {
    return drop(state, `expected {"pendingChanges": […]}, got ${JSON.stringify(line.slice(0, shown))}`);
  }
  if (changes.length > mostEndpoints) {
    return drop(state, `expected at most ${mostEndpoints} endpoints, got ${changes.length}`);
  }
  const tokens = Math.min(burst, state.tokens + Math.max(0, now - state.at) / refillMs);
  if (tokens < 1) {
    const reason = `more than ${burst} at once, or more than one in ${refillMs / 1000} s`;
    return drop({ ...state, tokens, at: now }, reason);
  }
  const triggers = new Set(changes.map(endpointOf).filter((endpoint) => endpoint !== undefined));
  return {
    state: { tokens: tokens - 1, at: now, dropped: 0 },
    triggers,
    ...(state.dropped > 1 ? { report: `${state.dropped} in a row were dropped; this one is obeyed` } : {}),
  };
}

/** A server that has gone mad must not fill the log either. */
function drop(state: SignalState, reason: string): SignalStep {
  return {
    state: { ...state, dropped: state.dropped + 1 },
    triggers: new Set(),
    ...(state.dropped === 0 ? { report: `dropped: ${reason}` } : {}),
  };
}

function pendingChanges(line: string): readonly unknown[] | undefined {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) return undefined;
  const changes: unknown = "pendingChanges" in json
    ? json.pendingChanges
    : "pending_changes" in json
    ? json.pending_changes
    : [];
  if (changes === null) return [];
  return Array.isArray(changes) ? changes : undefined;
}

function endpointOf(value: unknown): LpsEndpointName | undefined {
  return typeof value === "number" ? endpoints[value]?.[1] : endpoints.find(([name]) => name === value)?.[1];
}

/** Cuts a stream of text into lines. */
export interface LineCutter {
  /** Whole lines so far. @throws {RangeError} a line is longer than allowed */
  push(text: string): readonly string[];
}

/** See {@linkcode LineCutter}. */
export function lineCutter(longest: number = longestLine): LineCutter {
  let rest = "";
  return {
    push(text) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      const tooLong = [...lines, rest].find((line) => line.length > longest);
      if (tooLong !== undefined) {
        throw new RangeError(
          `expected lines of at most ${longest} characters, got ${tooLong.length} or more`,
        );
      }
      return lines;
    },
  };
}
